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

/** The words under which a term is found: itself, and the parts of a name such as `multiStep`. */
export function wordsOf(term: string): string[] {
  const parts = term.match(/[A-Z]?[a-z\d]+|[A-Z]+(?![a-z])/g) ?? [];
  const words = [term, ...(parts.length > 1 ? parts : [])].map((word) => word.toLowerCase());
  return words.filter((word, i) => word.length > 1 && words.indexOf(word) === i);
}

/** The options with which the index is built and read. */
export const indexOptions = {
  fields: ["title", "page", "text"],
  storeFields: ["title", "page", "address", "start"],
  processTerm: wordsOf,
};

/** The options of a search: titles weigh most, beginnings and slips of the pen are found too. */
export const searchOptions = {
  processTerm: (term: string): string => term.toLowerCase(),
  boost: { title: 8, page: 3 },
  prefix: true,
  fuzzy: (term: string): number | false => term.length > 4 ? 0.2 : false,
  combineWith: "AND",
};
