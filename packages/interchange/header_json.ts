/** What a header holds: records, lists, texts and counts. Other values stand for themselves as text in a `Raw`. */
export type Json = string | number | Raw | readonly Json[] | Map<string, Json>;

/** A number that is no count, or true, false, null: kept as it is written. */
export interface Raw {
  /** The text of it. */
  readonly raw: string;
}

/** A header needs three levels: the tensors, a tensor, its shape. */
const maxDepth = 8;
const blanks = /[ \t\n\r]*/y;
const others = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Parses the JSON of a header in one pass: unlike `JSON.parse` it refuses a name that is there twice, nests no deeper
 * than a header does, and tells 4 from 4.0, which is no count.
 *
 * @param fail Throws the error that says what is wrong.
 */
export function parseHeaderJson(
  text: string,
  fail: (problem: string) => never,
): Map<string, Json> {
  let at = 0;
  const near = () => {
    const seen = text.slice(at, at + 20);
    return seen === "" ? "it ends" : `found ${JSON.stringify(seen)}`;
  };
  const bad = (wanted: string) =>
    fail(`the header is not JSON: at ${at} ${near()}, expected ${wanted}`);
  const skip = () => {
    blanks.lastIndex = at;
    blanks.test(text);
    at = blanks.lastIndex;
  };
  /** Whether the next sign is this one, which is then passed. */
  const take = (sign: string) => {
    skip();
    if (text[at] !== sign) return false;
    at++;
    return true;
  };
  const readText = (): string => {
    skip();
    if (text[at] !== '"') bad('"');
    const start = at++;
    while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
    const literal = text.slice(start, ++at);
    try {
      return JSON.parse(literal);
    } catch {
      at = start;
      return bad("a text in quotes, without control characters");
    }
  };
  const readRecord = (depth: number): Map<string, Json> => {
    const record = new Map<string, Json>();
    if (take("}")) return record;
    do {
      const name = readText();
      if (record.has(name)) fail(`${JSON.stringify(name)} is there twice`);
      if (!take(":")) bad(":");
      record.set(name, readValue(depth));
    } while (take(","));
    if (!take("}")) bad(", or }");
    return record;
  };
  const readList = (depth: number): Json[] => {
    const list: Json[] = [];
    if (take("]")) return list;
    do list.push(readValue(depth)); while (take(","));
    if (!take("]")) bad(", or ]");
    return list;
  };
  const readValue = (depth: number): Json => {
    if (depth > maxDepth) fail(`the header nests deeper than ${maxDepth} levels`);
    if (take("{")) return readRecord(depth + 1);
    if (take("[")) return readList(depth + 1);
    if (text[at] === '"') return readText();
    others.lastIndex = at;
    const raw = others.exec(text)?.[0];
    if (raw === undefined) return bad("a value");
    at += raw.length;
    return /^\d+$/.test(raw) ? Number(raw) : { raw };
  };

  if (text[0] !== "{") fail("the header does not begin with {");
  take("{");
  const header = readRecord(1);
  skip();
  if (at < text.length) bad("the end");
  return header;
}
