/** A hit of the search: a section of a guide, or a name of the reference. */
export interface Entry {
  readonly id: number;
  readonly title: string;
  /** The title of its page. */
  readonly page: string;
  /** From the root of the site. */
  readonly address: string;
  /** The beginning of its text. */
  readonly start: string;
}

/** Words that are everywhere. */
const common = new Set(
  ("a all also an and are as at be by can for from has have if in into is it its no not of on one " +
    "or returns so than that the their them then they this to two was what when where which with " +
    "you your").split(" "),
);

/** The words under which a term is found: in a title also the parts of a name like `multiStep`. */
export function wordsOf(term: string, field: string): string[] | null {
  const word = term.toLowerCase();
  if (common.has(word) || /^[\d.]*$|^.$/.test(word)) return null;
  if (field !== "title") return [word];
  const parts = term.match(/[A-Z]?[a-z\d]+|[A-Z]+(?![a-z])/g) ?? [];
  return [...new Set([word, ...parts.map((part) => part.toLowerCase())])];
}

/** The options with which the index is built and read. */
export const indexOptions = {
  fields: ["title", "text"],
  storeFields: ["title", "page", "address", "start"],
  processTerm: wordsOf,
};

/** The options of a search: titles weigh most, beginnings and slips of the pen are found too. */
export const searchOptions = {
  processTerm: (term: string): string | null => {
    const word = term.toLowerCase();
    return common.has(word) ? null : word;
  },
  boost: { title: 8 },
  prefix: true,
  fuzzy: (term: string): number | false => term.length > 4 ? 0.2 : false,
  combineWith: "AND",
};
