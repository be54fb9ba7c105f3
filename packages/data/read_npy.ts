import { showCount } from "@spikeloop/errors";
import {
  type Budget,
  type Fail,
  isZip,
  objectBytes,
  quote,
  type ReadOptions,
  readZip,
  setOrLeaveOut,
  startReading,
} from "@spikeloop/interchange/files";
import { reshape, type Tensor, tensor, transpose } from "@spikeloop/tensor";
import { numbersOf } from "./numbers_of.ts";
import { readNpyHeader } from "./npy_header.ts";

/** The types of numbers that are read, by their names in NumPy, then in safetensors. */
const types: Readonly<Record<string, string>> = {
  b1: "BOOL",
  i1: "I8",
  i2: "I16",
  i4: "I32",
  i8: "I64",
  u1: "U8",
  u2: "U16",
  u4: "U32",
  u8: "U64",
  f2: "F16",
  f4: "F32",
  f8: "F64",
};

/** The arguments for a new tensor. */
type Creation = Parameters<typeof tensor>[2];

/**
 * Reads the array in the bytes of a file.
 *
 * @param fail Throws an error about a malformed file.
 * @param refuse Throws an error about numbers that no tensor holds.
 */
function arrayOf(
  bytes: Uint8Array,
  budget: Budget,
  creation: Creation,
  fail: Fail,
  refuse: Fail,
): Tensor {
  const { type, isFortran, shape, dataAt } = readNpyHeader(bytes, fail);
  const [, order, name] = /^([<>|=])(.*)$/.exec(type) ?? [];
  const dtype = Object.hasOwn(types, name ?? "") ? types[name] : undefined;
  if (dtype === undefined) {
    const known = Object.keys(types).join(", ");
    return refuse(`its numbers have the type ${quote(type)}, expected one of ${known}`);
  }
  const size = shape.reduce((product, n) => product * n, 1);
  const length = size * Number(name[1]);
  if (bytes.length !== dataAt + length) {
    const found = showCount(bytes.length - dataAt, "byte");
    fail(
      `it has ${found} of numbers, shape [${shape.join(", ")}] of type ` +
        `${quote(type)} needs ${length}`,
    );
  }
  const numbers = numbersOf(
    bytes.subarray(dataAt),
    dtype,
    order === ">",
    budget,
    (problem) => refuse(`it holds ${problem}`),
  );
  if (!isFortran || shape.length < 2) return tensor(numbers, shape, creation);
  budget.spend(4 * size);
  // The first axis varies fastest.
  return size === 0
    ? reshape(tensor(numbers, undefined, creation), shape)
    : transpose(tensor(numbers, [...shape].reverse(), creation));
}

/**
 * Reads an array that `numpy.save` wrote. Booleans, integers and floats of any size and byte order
 * become float32; F64 is rounded.
 *
 * Time and memory are bounded by the size of the file; the option `maxBytes` raises the bound.
 *
 * Source: NumPy's NEP 1, "A simple file format for NumPy arrays".
 *
 * @throws {SyntaxError} if the file is malformed, its numbers are of another type, such as texts or
 * complex numbers, or float32 cannot hold an integer; the message says how.
 * @throws {TypeError} if `bytes` is not a Uint8Array, or an option is unknown.
 *
 * @example
 * ```ts
 * import { readNpy } from "@spikeloop/data";
 * import { assertEquals } from "@std/assert";
 *
 * // The bytes of np.save("x.npy", np.array([3, 5], dtype="u1"))
 * const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }".padEnd(117) + "\n";
 * const text = [...header].map((c) => c.charCodeAt(0));
 * const file = Uint8Array.of(0x93, 78, 85, 77, 80, 89, 1, 0, header.length, 0, ...text, 3, 5);
 * assertEquals([...readNpy(file).dataSync()], [3, 5]);
 * ```
 */
export function readNpy(bytes: Uint8Array, options: ReadOptions = {}): Tensor {
  const { budget, options: creation } = startReading("a NumPy file", bytes, options);
  if (isZip(bytes)) budget.fail("it is a ZIP archive, as numpy.savez writes: readNpz reads those");
  return arrayOf(bytes, budget, creation, budget.fail, budget.fail);
}

/**
 * Reads the arrays that `numpy.savez` or `numpy.savez_compressed` wrote, by name. Numbers are read
 * as `readNpy` does. An array that it would refuse for its numbers is left out: `Object.keys` does
 * not list it, and asking for it throws the reason, a SyntaxError. So it does not hide the others.
 *
 * Time and memory are bounded by the size of the file; the option `maxBytes` raises the bound.
 *
 * @throws {SyntaxError} if the file is malformed; the message says how.
 * @throws {TypeError} if `bytes` is not a Uint8Array, or an option is unknown.
 *
 * @example
 * ```ts ignore
 * import { readNpz } from "@spikeloop/data";
 *
 * const { x_train, y_train } = readNpz(await Deno.readFile("mnist.npz"));
 * ```
 */
export function readNpz(
  bytes: Uint8Array,
  options: ReadOptions = {},
): Readonly<Record<string, Tensor>> {
  const { budget, options: creation } = startReading("a NumPy archive", bytes, options);
  const fail: Fail = budget.fail;
  if (!isZip(bytes)) {
    fail("it is no ZIP archive, as numpy.savez writes; readNpy reads a single array");
  }
  // The record has no prototype, so an array may have any name.
  const arrays: Record<string, Tensor> = Object.create(null);
  for (const [file, open] of readZip(bytes, budget)) {
    const name = file.replace(/\.npy$/, "");
    if (name === file) fail(`the archive holds ${quote(file)}, expected arrays, NAME.npy`);
    budget.spend(4 * objectBytes);
    const about = (problem: string) => `the array ${quote(name)}: ${problem}`;
    setOrLeaveOut(arrays, name, fail, (refuse) =>
      arrayOf(
        open(),
        budget,
        creation,
        (problem) => fail(about(problem)),
        (problem) => refuse(about(problem)),
      ));
  }
  return arrays;
}
