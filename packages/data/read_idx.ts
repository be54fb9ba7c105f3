import { showCount } from "@spikeloop/errors";
import { dtypes, type Fail, type ReadOptions, startReading } from "@spikeloop/interchange/files";
import { type Tensor, tensor } from "@spikeloop/tensor";
import { gunzip, isGzip } from "./gunzip.ts";
import { numbersOf } from "./numbers_of.ts";

/** The types of numbers by their code, named as in safetensors. */
const types: Readonly<Record<number, string>> = {
  0x08: "U8",
  0x09: "I8",
  0x0b: "I16",
  0x0c: "I32",
  0x0d: "F32",
  0x0e: "F64",
};

/** The most axes of an array. */
const maxRank = 32;

/**
 * Reads an IDX file, as MNIST and its relatives come in, also if it is still packed by gzip
 * (`train-images-idx3-ubyte.gz`). Images are [samples, rows, columns] with numbers from 0 to 255,
 * labels [samples].
 *
 * Time and memory are bounded by the size of the file; the option `maxBytes` raises the bound.
 *
 * Source: the format as the MNIST database's page describes it.
 *
 * @throws {SyntaxError} if the file is malformed, or holds an integer that float32 cannot; the
 * message says how.
 * @throws {TypeError} if `bytes` is not a Uint8Array, or an option is unknown.
 *
 * @example
 * ```ts
 * import { readIdx } from "@spikeloop/data";
 * import { assertEquals } from "@std/assert";
 *
 * const labels = readIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4));
 * assertEquals([...labels.dataSync()], [5, 0, 4]);
 * ```
 */
export function readIdx(bytes: Uint8Array, options: ReadOptions = {}): Tensor {
  const { budget, options: creation } = startReading("an IDX file", bytes, options);
  const fail: Fail = budget.fail;
  const file = isGzip(bytes) ? gunzip(bytes, budget) : bytes;
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const rank = file[3];
  if (file.length < 4 || view.getUint16(0) !== 0) {
    fail("it does not begin with two zeros, a type and the number of axes");
  }
  const type = types[file[2]] ??
    fail(`its numbers have the type ${file[2]}, expected one of ${Object.keys(types).join(", ")}`);
  if (rank > maxRank) fail(`it has ${rank} axes, expected at most ${maxRank}`);
  const start = 4 + 4 * rank;
  if (file.length < start) fail("its header is cut off");
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const length = shape.reduce((size, n) => size * n, dtypes[type].bytes);
  if (file.length !== start + length) {
    fail(
      `it has ${showCount(file.length - start, "byte")} of numbers, shape [${shape.join(", ")}] ` +
        `needs ${length}`,
    );
  }
  const numbers = numbersOf(
    file.subarray(start),
    type,
    true,
    budget,
    (problem) => fail(`it holds ${problem}`),
  );
  return tensor(numbers, shape, creation);
}
