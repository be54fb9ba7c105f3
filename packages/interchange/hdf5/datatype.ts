import type { Source } from "./source.ts";

/** The type of the elements of a dataset. */
export type Datatype =
  | { readonly kind: "number"; readonly bytes: number; readonly dtype: string }
  /** A text of a fixed length. */
  | { readonly kind: "text"; readonly bytes: number }
  /** A text of any length, in a heap of the file. */
  | { readonly kind: "heap text"; readonly bytes: number };

/** Reads a datatype message. */
export function readDatatype(source: Source, at: number): Datatype {
  const { uint, fail } = source;
  const [type, flags, bytes] = [uint(at, 1) & 15, uint(at + 1, 1), uint(at + 4, 4)];
  const refuse = (data: string) =>
    fail(`holds ${data} of ${bytes} bytes, expected numbers or texts as NIR has them`);
  if (type === 3 && bytes > 0) return { kind: "text", bytes };
  if (type === 9 && (flags & 15) === 1 && bytes === 16) return { kind: "heap text", bytes };
  // Booleans are an enumeration of integers.
  if (type === 8) return readDatatype(source, at + 8);
  if (type > 1) return refuse(`data of class ${type}`);
  if ((flags & 1) !== 0) return refuse("big-endian numbers");
  if (type === 0) {
    if (![1, 2, 4, 8].includes(bytes)) return refuse("integers");
    return { kind: "number", bytes, dtype: `${(flags & 8) !== 0 ? "I" : "U"}${8 * bytes}` };
  }
  const layout = [uint(at + 13, 1), uint(at + 15, 1)].join(); // bits of exponent and fraction
  const dtype = { "11,52": "F64", "8,23": "F32", "5,10": "F16", "8,7": "BF16" }[layout];
  const width = { F64: 8, F32: 4, F16: 2, BF16: 2 }[dtype ?? "F64"];
  return dtype !== undefined && bytes === width
    ? { kind: "number", bytes, dtype }
    : refuse("floats");
}
