import { showCount } from "@spikeloop/errors";
import type { Source } from "./source.ts";

/** The type of the elements of a dataset. */
export type Datatype =
  | { readonly kind: "number"; readonly bytes: number; readonly dtype: string }
  /** A text of a fixed length. */
  | { readonly kind: "text"; readonly bytes: number }
  /** A text of any length, in a heap of the file. */
  | { readonly kind: "heap text"; readonly bytes: number }
  /** A type that is not read; the problem says which. */
  | { readonly kind: "other"; readonly bytes: number; readonly problem: string };

/** The classes of types by their numbers. */
const classes = [
  ...["integers", "floats", "times", "texts", "bit fields", "opaque data", "records"],
  ...["references", "enumerations", "lists of any length", "arrays"],
];

/** Reads a datatype message. */
export function readDatatype({ uint }: Source, message: number): Datatype {
  // Booleans are an enumeration of integers. An enumeration of anything else is none.
  const isEnumeration = (uint(message, 1) & 15) === 8;
  const at = isEnumeration ? message + 8 : message;
  const [type, flags, bytes] = [uint(at, 1) & 15, uint(at + 1, 1), uint(at + 4, 4)];
  const size = showCount(bytes, "byte");
  const refuse = (data: string): Datatype => ({
    kind: "other",
    bytes,
    problem: `holds ${data} of ${size}, expected numbers or texts as NIR has them`,
  });
  if (isEnumeration && type !== 0) return refuse(`an enumeration of ${classes[type] ?? type}`);
  if (type === 3 && bytes > 0) return { kind: "text", bytes };
  if (type === 9 && (flags & 15) === 1 && bytes === 16) return { kind: "heap text", bytes };
  if (type > 1) return refuse(`${classes[type] ?? "data"} (class ${type})`);
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
