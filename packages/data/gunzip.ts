import { type Budget, crc32, type Fail, inflate } from "@spikeloop/interchange/files";

/** Whether a file begins as one of gzip does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Flags of a header that say which fields follow it. */
const [hasSum, hasExtra, hasName, hasComment] = [2, 4, 8, 16];

/**
 * Unpacks a file of gzip with one member.
 *
 * Source: RFC 1952, "GZIP file format specification".
 *
 * @throws {SyntaxError} if it is malformed or damaged.
 */
export function gunzip(bytes: Uint8Array, budget: Budget): Uint8Array {
  const fail: Fail = (problem) => budget.fail(`it is packed by gzip, and ${problem}`);
  const end = bytes.length - 8;
  if (end < 10) fail("is cut off");
  const [method, flags] = [bytes[2], bytes[3]];
  if (method !== 8) fail(`by method ${method}, expected 8 (deflate)`);
  let at = 10;
  const skipText = () => {
    const zero = bytes.indexOf(0, at);
    at = zero < 0 ? Infinity : zero + 1;
  };
  if (flags & hasExtra) at += 2 + bytes[at] + 256 * bytes[at + 1];
  if (flags & hasName) skipText();
  if (flags & hasComment) skipText();
  if (flags & hasSum) at += 2;
  if (!(at <= end)) fail("is cut off");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = view.getUint32(end + 4, true);
  budget.spend(size);
  const content = inflate(
    bytes.subarray(at, end),
    size,
    (problem) => fail(`its stream ${problem}`),
    budget.spend,
  );
  if (crc32(content) !== view.getUint32(end, true)) fail("is damaged: its CRC-32 is another");
  return content;
}
