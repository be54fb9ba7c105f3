import { inflate } from "../inflate.ts";
import { fail } from "./values.ts";

/** The most bytes that all deflated entries may unpack to. PyTorch itself deflates nothing. */
const maxUnpacked = 2 ** 28;

const signatures = { end: 0x06054b50, entry: 0x02014b50, local: 0x04034b50 };

/** Whether a file begins as a ZIP archive does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && viewOf(bytes).getUint32(0, true) === signatures.local;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The place of the archive's last record: 22 bytes, then a comment of up to 65,535 bytes. */
function findEnd(view: DataView): number {
  const first = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let at = view.byteLength - 22; at >= first; at--) {
    if (view.getUint32(at, true) === signatures.end) return at;
  }
  return fail("it is a ZIP archive without an end: the file is cut off");
}

/**
 * The files of a ZIP archive by name. A file is unpacked when its function is called.
 *
 * @throws {SyntaxError} if the archive is malformed; the message says how.
 */
export function readZip(bytes: Uint8Array): Map<string, () => Uint8Array> {
  const view = viewOf(bytes);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffffffff) fail("it is a ZIP archive of more than 4 GiB");
  const files = new Map<string, () => Uint8Array>();
  let [storedBytes, unpackedBytes] = [0, 0];
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== signatures.entry) {
      fail(`it is a ZIP archive whose list of files breaks off after ${i} of ${count}`);
    }
    const method = view.getUint16(at + 10, true);
    const packedSize = view.getUint32(at + 20, true);
    const size = view.getUint32(at + 24, true);
    const local = view.getUint32(at + 42, true);
    const after = at + 46 + view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, after));
    at = after + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const refuse = (problem: string) =>
      fail(`the archive's file ${JSON.stringify(name)} ${problem}`);
    if (files.has(name)) refuse("is there twice");
    if (method !== 0 && method !== 8) {
      refuse(`is packed by method ${method}, expected 0 (stored) or 8 (deflate)`);
    }
    if (method === 0) storedBytes += size;
    else unpackedBytes += size;
    if (storedBytes > bytes.length) refuse("overlaps with others");
    if (unpackedBytes > maxUnpacked) {
      refuse(`makes the archive unpack to more than ${maxUnpacked} bytes`);
    }
    files.set(name, () => {
      if (local + 30 > bytes.length || view.getUint32(local, true) !== signatures.local) {
        refuse("is not where the list of files says");
      }
      const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      if (from + packedSize > bytes.length) refuse("is cut off");
      const packed = bytes.subarray(from, from + packedSize);
      if (method === 8) return inflate(packed, size, refuse);
      return packedSize === size ? packed : refuse("has two sizes");
    });
  }
  return files;
}
