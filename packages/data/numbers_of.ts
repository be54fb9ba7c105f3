import { type Budget, decodeNumbers, dtypes, type Fail } from "@spikeloop/interchange/files";

/**
 * Reads the numbers of a file as float32.
 *
 * @param dtype Their type by its name in safetensors.
 * @param bigEndian Whether their first byte is the most significant one.
 * @param fail Throws an error that shows the number that float32 cannot hold.
 */
export function numbersOf(
  bytes: Uint8Array,
  dtype: string,
  bigEndian: boolean,
  budget: Budget,
  fail: Fail,
): Float32Array<ArrayBuffer> {
  const { bytes: width } = dtypes[dtype];
  // The numbers, and the tensor's copy of them.
  budget.spend(8 * bytes.length / width);
  // Images are many, and their bytes need no check.
  if (dtype === "U8") return new Float32Array(bytes);
  if (!bigEndian || width === 1) return decodeNumbers(bytes, dtype, fail);
  budget.spend(bytes.length);
  const reversed = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += width) {
    for (let i = 0; i < width; i++) reversed[at + i] = bytes[at + width - 1 - i];
  }
  return decodeNumbers(reversed, dtype, fail);
}
