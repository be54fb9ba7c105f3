import { inflate } from "./inflate.ts";
import type { Fail } from "./reading.ts";

/**
 * Unpacks a stream of zlib (RFC 1950): two bytes, a stream of deflate, and the Adler-32 checksum of
 * the unpacked bytes.
 *
 * @param size How many bytes the stream must unpack to.
 * @param fail Throws an error with the problem.
 * @param spend Pays for tables.
 */
export function unpackZlib(
  bytes: Uint8Array,
  size: number,
  fail: Fail,
  spend: (bytes: number) => void,
): Uint8Array {
  const [method, flags] = bytes;
  if (!(bytes.length >= 6 && (method & 15) === 8 && (method << 8 | flags) % 31 === 0)) {
    fail("holds data that should be packed by zlib, but is not");
  }
  if ((flags & 0x20) !== 0) fail("holds data that zlib packed with a dictionary");
  const end = bytes.length - 4;
  const out = inflate(bytes.subarray(2, end), size, fail, spend);
  const stored = new DataView(bytes.buffer, bytes.byteOffset + end, 4).getUint32(0);
  if (stored !== adlerOf(out)) {
    fail("holds packed data that differs from its Adler-32 checksum: the file is damaged");
  }
  return out;
}

/** The Adler-32 checksum of bytes. */
function adlerOf(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + 5552); // the most for which b stays below 2³²
    for (; at < end; at++) {
      a += bytes[at];
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return b * 65536 + a;
}
