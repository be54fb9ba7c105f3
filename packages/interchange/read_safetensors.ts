import { type Tensor, tensor } from "@spikeloop/tensor";
import { objectBytes } from "./budget.ts";
import { decodeNumbers, dtypes } from "./dtypes.ts";
import { setOrLeaveOut } from "./leave_out.ts";
import { quote, type ReadOptions, startReading } from "./reading.ts";
import { fail, readHeader, unreadType } from "./safetensors_header.ts";

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
 * F64, F32, F16, BF16, I8 to I64, U8 to U64 and BOOL all become float32. F64 is rounded. A tensor
 * with an integer that float32 cannot hold exactly, with a finite number beyond float32, or of
 * another type is left out: `Object.keys` does not list it, and asking for it throws the reason, a
 * SyntaxError. So it does not hide the other tensors.
 *
 * Time and memory are bounded by the size of the file; the option `maxBytes` raises the bound.
 *
 * Source: the format as the safetensors library writes it,
 * https://github.com/huggingface/safetensors.
 *
 * @throws {SyntaxError} if the file is malformed, or no tensor is of a type that is read; the
 * message says how.
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
  const { budget, options: creation } = startReading("a safetensors file", bytes, options);
  const { entries, metadata, dataAt } = readHeader(bytes, budget);
  const isRead = ({ dtype }: { readonly dtype: string }) => Object.hasOwn(dtypes, dtype);
  if (entries.length > 0 && !entries.some(isRead)) {
    fail(unreadType(entries[0].name, entries[0].dtype));
  }
  // The record has no prototype, so a tensor may have any name.
  const tensors: Record<string, Tensor> = Object.create(null);
  for (const entry of entries) {
    const { name, dtype, shape, begin, end } = entry;
    setOrLeaveOut(tensors, name, fail, (refuse) => {
      if (!isRead(entry)) refuse(unreadType(name, dtype));
      // The numbers, and the tensor's copy of them.
      budget.spend(8 * objectBytes + 8 * ((end - begin) / dtypes[dtype].bytes));
      const numbers = decodeNumbers(
        bytes.subarray(dataAt + begin, dataAt + end),
        dtype,
        (problem) => refuse(`tensor ${quote(name)} holds ${problem}`),
      );
      return tensor(numbers, shape, creation);
    });
  }
  return { tensors, metadata };
}
