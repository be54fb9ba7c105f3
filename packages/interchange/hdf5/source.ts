import type { Budget } from "../budget.ts";
import { decodeText, type Fail } from "../reading.ts";

/** The bytes of a file. Reads are checked: none reaches beyond the end. */
export interface Source {
  /** All bytes. */
  readonly bytes: Uint8Array;
  /** Throws an error with the problem. */
  readonly fail: Fail;
  /** Pays for bytes before they are made. Each offset that a loop visits is paid like an object. */
  readonly spend: Budget["spend"];
  /** An unsigned integer of 1, 2, 4 or 8 bytes, little-endian. An integer of 8 bytes may round. */
  uint(at: number, width: 1 | 2 | 4 | 8): number;
  /** The bytes from `at` on. */
  slice(at: number, length: number): Uint8Array;
  /** The text from `at` to the next 0, in UTF-8. */
  text(at: number): string;
  /** Bytes as text in UTF-8. `refuse` is called if they are none. */
  decode(bytes: Uint8Array, refuse?: Fail): string;
  /** Checks that a structure begins with its four letters. */
  expect(at: number, signature: string): void;
}

/** The address that means none. */
export const nowhere = 2 ** 64;

/** The problem of a dataset that h5py made without data. */
export const unwritten =
  "holds a dataset whose data was never written, so that only its fill value is there: write data";

/** The source of a file's bytes. */
export function makeSource(bytes: Uint8Array, fail: Fail, { spend }: Budget): Source {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const check = (at: number, length: number) => {
    if (!(at + length <= bytes.length)) fail("is cut off, or refers to beyond its end");
  };
  const decode = (part: Uint8Array, refuse = fail) => {
    spend(2 * part.length);
    if (part.length <= 32 && part.every((byte) => byte < 128)) {
      return String.fromCharCode(...part); // many names are short, and a decoder takes its time
    }
    return decodeText(part, () => refuse("holds a text that is not UTF-8"));
  };
  const slice = (at: number, length: number): Uint8Array => {
    check(at, length);
    return bytes.subarray(at, at + length);
  };
  const uint = (at: number, width: 1 | 2 | 4 | 8): number => {
    check(at, width);
    if (width === 1) return view.getUint8(at);
    if (width === 2) return view.getUint16(at, true);
    if (width === 4) return view.getUint32(at, true);
    return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
  };
  const expect = (at: number, signature: string) => {
    check(at, 4);
    let i = 0;
    while (i < 4 && signature.charCodeAt(i) === bytes[at + i]) i++;
    if (i === 4) return;
    const letters = JSON.stringify(String.fromCharCode(...slice(at, 4)));
    fail(`has ${letters} at byte ${at}, expected ${JSON.stringify(signature)}`);
  };
  const text = (at: number): string => {
    const end = at < bytes.length ? bytes.indexOf(0, at) : -1;
    if (end < 0) fail("holds a name without an end");
    return decode(slice(at, end - at));
  };
  return { bytes, fail, spend, uint, slice, text, decode, expect };
}
