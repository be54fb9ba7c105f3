import type { Backend } from "@spikeloop/backend";
import { type Tensor, tensor } from "@spikeloop/tensor";
import { checkInput } from "./check_input.ts";
import { decodeNumbers } from "./dtypes.ts";
import { fail, readHeader } from "./safetensors_header.ts";

/** What a safetensors file holds. */
export interface Safetensors {
  /** Tensors by name, in the order in which the file holds them. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Free text by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where the tensors of a file are put. */
export interface ReadOptions {
  /** The backend; the CPU if missing. */
  readonly backend?: Backend;
}

/**
 * Reads a safetensors file: 8 bytes that say how long the header is, the header (JSON), the numbers.
 *
 * F64, F32, F16, BF16, I8 to I64, U8 to U64 and BOOL all become float32. F64 is rounded; an integer that float32
 * cannot hold exactly, and a finite number beyond float32, is an error.
 *
 * Source: the format as the library of that name writes it, https://github.com/huggingface/safetensors.
 *
 * @throws {SyntaxError} that says what is wrong with the file. Nothing outside of it is read, every byte is looked at
 * a fixed number of times, and tensors take no more memory than their bytes ask for.
 * @throws {TypeError} if `bytes` is not a Uint8Array, or an option is unknown.
 *
 * @example
 * ```ts
 * import { readSafetensors, writeSafetensors } from "@spikeloop/interchange";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const file = writeSafetensors({ "conn.bias": tensor([1, 2]) }, { made: "by hand" });
 * const { tensors, metadata } = readSafetensors(file);
 * assertEquals([...tensors["conn.bias"].dataSync()], [1, 2]);
 * assertEquals(metadata.made, "by hand");
 * ```
 */
export function readSafetensors(bytes: Uint8Array, options: ReadOptions = {}): Safetensors {
  checkInput("a safetensors file", bytes, options);
  const { entries, metadata, dataAt } = readHeader(bytes);
  // Without a prototype, so that a tensor may have any name.
  const tensors: Record<string, Tensor> = Object.create(null);
  for (const { name, dtype, shape, begin, end } of entries) {
    const numbers = decodeNumbers(
      bytes.subarray(dataAt + begin, dataAt + end),
      dtype,
      (problem) => fail(`tensor ${JSON.stringify(name)} holds ${problem}`),
    );
    tensors[name] = tensor(numbers, shape, options);
  }
  return { tensors, metadata };
}
