import type { Source } from "./source.ts";

/** How the elements of a dataset are stored. */
export type Datatype =
  | { readonly kind: "number"; readonly bytes: number; readonly dtype: string }
  /** Text of a fixed length. */
  | { readonly kind: "text"; readonly bytes: number }
  /** Text of any length, in a heap of the file. */
  | { readonly kind: "heap text"; readonly bytes: number };

/** The type of a datatype message. */
export function readDatatype(source: Source, at: number): Datatype {
  const { uint, fail } = source;
  const [type, flags, bytes] = [uint(at, 1) & 15, uint(at + 1, 1), uint(at + 4, 4)];
  const unknown = (what: string) =>
    fail(`holds ${what} of ${bytes} bytes, expected numbers or texts as NIR has them`);
  if (type === 3 && bytes > 0) return { kind: "text", bytes };
  if (type === 9 && (flags & 15) === 1 && bytes === 16) return { kind: "heap text", bytes };
  // Booleans are an enumeration of integers.
  if (type === 8) return readDatatype(source, at + 8);
  if (type > 1) return unknown(`data of class ${type}`);
  if ((flags & 1) !== 0) return unknown("big-endian numbers");
  if (type === 0) {
    if (![1, 2, 4, 8].includes(bytes)) return unknown("integers");
    return { kind: "number", bytes, dtype: `${(flags & 8) !== 0 ? "I" : "U"}${8 * bytes}` };
  }
  const layout = [uint(at + 13, 1), uint(at + 15, 1)].join(); // bits of exponent and fraction
  const dtype = { "11,52": "F64", "8,23": "F32", "5,10": "F16", "8,7": "BF16" }[layout];
  const wanted = { F64: 8, F32: 4, F16: 2, BF16: 2 }[dtype ?? "F64"];
  return dtype !== undefined && bytes === wanted
    ? { kind: "number", bytes, dtype }
    : unknown("floats");
}
