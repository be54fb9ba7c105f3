import { objectBytes } from "./budget.ts";
import { type Fail, quote, show } from "./reading.ts";

/** A value of a header: a record, a list, a text or a count. Any other value is a `Raw`. */
export type Json = string | number | Raw | readonly Json[] | Map<string, Json>;

/** A number that is no count, or true, false or null. */
export interface Raw {
  /** Its text in the file. */
  readonly raw: string;
}

/** A value of a header as messages show it. */
export function showJson(value: Json | undefined): string {
  return show(value, ({ raw }: Raw) => raw);
}

/** The deepest levels that are read. A header needs three: all tensors, a tensor, its shape. */
const maxDepth = 8;
const blanks = /[ \t\n\r]*/y;
const scalars = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Parses the JSON of a header in one pass.
 *
 * `JSON.parse` would let the last of two equal names win, where another reader of the same file
 * takes the first. So a name that is there twice is refused, as is a fraction such as 4.0 in the
 * place of a count.
 *
 * @param fail Throws an error with the problem.
 * @param spend Pays for every value.
 */
export function parseHeaderJson(
  text: string,
  fail: Fail,
  spend: (bytes: number) => void = () => {},
): Map<string, Json> {
  let at = 0;
  const refuse = (expected: string) => {
    const rest = text.slice(at, at + 20);
    const what = rest === "" ? "it ends" : `found ${JSON.stringify(rest)}`;
    return fail(`the header is not JSON: at ${at} ${what}, expected ${expected}`);
  };
  const skipBlanks = () => {
    blanks.lastIndex = at;
    blanks.test(text);
    at = blanks.lastIndex;
  };
  /** Passes the next sign if it is this one. */
  const take = (sign: string) => {
    skipBlanks();
    if (text[at] !== sign) return false;
    at++;
    return true;
  };
  const readText = (): string => {
    skipBlanks();
    if (text[at] !== '"') refuse('"');
    const start = at++;
    while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
    const literal = text.slice(start, ++at);
    try {
      return JSON.parse(literal);
    } catch {
      at = start;
      return refuse("a text in quotes, without control characters");
    }
  };
  const readRecord = (depth: number): Map<string, Json> => {
    const record = new Map<string, Json>();
    if (take("}")) return record;
    do {
      const name = readText();
      if (record.has(name)) fail(`${quote(name)} is there twice`);
      if (!take(":")) refuse(":");
      record.set(name, readValue(depth));
    } while (take(","));
    if (!take("}")) refuse(", or }");
    return record;
  };
  const readList = (depth: number): Json[] => {
    const list: Json[] = [];
    if (take("]")) return list;
    do list.push(readValue(depth)); while (take(","));
    if (!take("]")) refuse(", or ]");
    return list;
  };
  const readValue = (depth: number): Json => {
    if (depth > maxDepth) fail(`the header nests deeper than ${maxDepth} levels`);
    spend(objectBytes);
    if (take("{")) return readRecord(depth + 1);
    if (take("[")) return readList(depth + 1);
    if (text[at] === '"') return readText();
    scalars.lastIndex = at;
    const raw = scalars.exec(text)?.[0];
    if (raw === undefined) return refuse("a value");
    at += raw.length;
    return /^\d+$/.test(raw) ? Number(raw) : { raw };
  };

  // White space before the header is JSON too, and the safetensors library reads it.
  if (!take("{")) fail("the header does not begin with {");
  const header = readRecord(1);
  skipBlanks();
  if (at < text.length) refuse("the end");
  return header;
}
