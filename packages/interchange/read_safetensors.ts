import { type Tensor, tensor } from "@spikeloop/tensor";
import { decodeNumbers } from "./dtypes.ts";
import { type ReadOptions, startReading } from "./reading.ts";
import { fail, readHeader } from "./safetensors_header.ts";

/** The contents of a safetensors file. */
export interface Safetensors {
  /** Tensors by name, in the order in which the file holds them. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Free text by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a safetensors file: 8 bytes with the length of the header, the header as JSON, then the
 * numbers.
 *
 * F64, F32, F16, BF16, I8 to I64, U8 to U64 and BOOL all become float32. F64 is rounded. An integer
 * that float32 cannot hold exactly is an error, and so is a finite number beyond float32.
 *
 * Time and memory are bounded: every byte is looked at a fixed number of times, and tensors take no
 * more memory than their shapes say.
 *
 * Source: the format as the safetensors library writes it,
 * https://github.com/huggingface/safetensors.
 *
 * @throws {SyntaxError} if the file is malformed; the message says how.
 * @throws {TypeError} if `bytes` is not a Uint8Array, or an option is unknown.
 *
 * @example
 * ```ts
 * import { readSafetensors, writeSafetensors } from "@spikeloop/interchange";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const file = writeSafetensors({ "conn.bias": tensor([1, 2]) }, { author: "me" });
 * const { tensors, metadata } = readSafetensors(file);
 * assertEquals([...tensors["conn.bias"].dataSync()], [1, 2]);
 * assertEquals(metadata.author, "me");
 * ```
 */
export function readSafetensors(bytes: Uint8Array, options: ReadOptions = {}): Safetensors {
  const { options: creation } = startReading("a safetensors file", bytes, options);
  const { entries, metadata, dataAt } = readHeader(bytes);
  // The record has no prototype, so a tensor may have any name.
  const tensors: Record<string, Tensor> = Object.create(null);
  for (const { name, dtype, shape, begin, end } of entries) {
    const numbers = decodeNumbers(
      bytes.subarray(dataAt + begin, dataAt + end),
      dtype,
      (problem) => fail(`tensor ${JSON.stringify(name)} holds ${problem}`),
    );
    tensors[name] = tensor(numbers, shape, creation);
  }
  return { tensors, metadata };
}
