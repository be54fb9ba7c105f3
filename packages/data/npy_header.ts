import { type Fail, quote } from "@spikeloop/interchange/files";

/** The header of an array in NumPy's format. */
export interface NpyHeader {
  /** The type of its numbers, such as `<f4`. */
  readonly type: string;
  /** Whether the first axis varies fastest. */
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** The index of the first number. */
  readonly dataAt: number;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** The longest header that is read; NumPy's own limit is the same. */
const maxHeader = 10_000;

/** The most axes of an array. */
const maxRank = 32;

/** The header's text: a Python dictionary with three names in any order. */
const dictionary = /^\{((?:[^{}'"]|'[^'\n]*'|"[^"\n]*")*)\}\s*$/;

/**
 * Reads the header of an array.
 *
 * @param fail Throws an error about the file.
 */
export function readNpyHeader(bytes: Uint8Array, fail: Fail): NpyHeader {
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte)) {
    fail("it does not begin as numpy.save writes");
  }
  const version = bytes[6];
  if (version < 1 || version > 3 || bytes[7] !== 0) {
    fail(`its format has the version ${version}.${bytes[7]}, expected 1.0, 2.0 or 3.0`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) fail("its header is cut off");
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > maxHeader) fail(`its header has ${length} bytes, expected at most ${maxHeader}`);
  const dataAt = start + length;
  if (bytes.length < dataAt) fail("its header is cut off");
  const text = String.fromCharCode(...bytes.subarray(start, dataAt));
  const inner = dictionary.exec(text)?.[1] ?? fail(`its header is ${quote(text)}, no dictionary`);
  const fields = fieldsOf(inner, fail);
  const take = (name: string): string => fields.get(name) ?? fail(`its header lacks ${name}`);
  const [, type] = /^['"](.*)['"]$/.exec(take("descr")) ?? [];
  const order = take("fortran_order");
  if (order !== "True" && order !== "False") fail(`its order is ${quote(order)}, no truth value`);
  return {
    type: type ?? take("descr"),
    isFortran: order === "True",
    shape: shapeOf(take("shape"), fail),
    dataAt,
  };
}

/** The fields of a dictionary: names in quotes; values are texts, words, lists or tuples. */
function fieldsOf(text: string, fail: Fail): Map<string, string> {
  const field = /\s*(['"])(\w+)\1\s*:\s*('[^']*'|"[^"]*"|\w+|\([^()]*\)|\[[^\]]*\])\s*(,|$)/y;
  const fields = new Map<string, string>();
  let at = 0;
  while (text.slice(at).trim() !== "") {
    field.lastIndex = at;
    const [whole, , name, value] = field.exec(text) ?? fail(`its header has ${quote(text)}`);
    if (fields.has(name)) fail(`its header has ${name} twice`);
    fields.set(name, value);
    at += whole.length;
  }
  return fields;
}

function shapeOf(text: string, fail: Fail): number[] {
  const [, inner] = /^\(\s*((?:\d+L?\s*,\s*)*(?:\d+L?)?)\s*\)$/.exec(text) ??
    fail(`its shape is ${quote(text)}, expected a tuple of integers`);
  const shape = inner.split(",").map((n) => n.trim()).filter((n) => n !== "").map(parseFloat);
  if (shape.length > maxRank) fail(`it has ${shape.length} axes, expected at most ${maxRank}`);
  const wrong = shape.find((n) => !Number.isSafeInteger(n));
  return wrong === undefined ? shape : fail(`its shape ${quote(text)} is too large`);
}
