import { decodeText, type Fail } from "../reading.ts";

/** The most bytes that all data of a file may unpack to. */
const maxUnpacked = 2 ** 28;

/** The bytes of a file. Reads are checked: none reaches beyond the end, and work is limited. */
export interface Source {
  /** All bytes. */
  readonly bytes: Uint8Array;
  /** Throws an error with the problem. */
  readonly fail: Fail;
  /** An unsigned integer of 1, 2, 4 or 8 bytes, little-endian. An integer of 8 bytes may round. */
  uint(at: number, width: 1 | 2 | 4 | 8): number;
  /** The bytes from `at` on. */
  slice(at: number, length: number): Uint8Array;
  /** The text from `at` to the next 0, in UTF-8. */
  text(at: number): string;
  /** Bytes as text in UTF-8. */
  decode(bytes: Uint8Array): string;
  /** Checks that a structure begins with its four letters. */
  expect(at: number, signature: string): void;
  /** The objects of the global heap at an address, by their numbers. */
  heap(at: number): ReadonlyMap<number, Uint8Array>;
  /** Counts units of work. A file allows as many as it has bytes. */
  countWork(units?: number): void;
  /** Counts bytes of memory. */
  countMemory(length: number): void;
}

/** The address that means none. */
export const nowhere = 2 ** 64;

/** The source of a file's bytes. */
export function makeSource(bytes: Uint8Array, fail: Fail): Source {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let workLeft = bytes.length;
  let memoryLeft = maxUnpacked + bytes.length;
  const check = (at: number, length: number) => {
    if (!(at + length <= bytes.length)) fail("is cut off, or refers to beyond its end");
  };
  const decode = (part: Uint8Array) =>
    decodeText(part, () => fail("holds a text that is not UTF-8"));
  const countWork = (units = 1) => {
    workLeft -= units;
    if (workLeft < 0) fail("refers to the same parts too often");
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
    return Number(view.getBigUint64(at, true));
  };
  const expect = (at: number, signature: string) => {
    const letters = String.fromCharCode(...slice(at, signature.length));
    if (letters !== signature) {
      fail(`has ${JSON.stringify(letters)} at byte ${at}, expected ${JSON.stringify(signature)}`);
    }
  };
  const heaps = new Map<number, Map<number, Uint8Array>>();
  const readHeap = (heap: number): Map<number, Uint8Array> => {
    expect(heap, "GCOL");
    const objects = new Map<number, Uint8Array>();
    const end = heap + uint(heap + 8, 8);
    for (let at = heap + 16; at + 16 <= end;) {
      countWork();
      const [index, size] = [uint(at, 2), uint(at + 8, 8)];
      if (index === 0) break; // the free space at the end
      objects.set(index, slice(at + 16, size));
      at += 16 + 8 * Math.ceil(size / 8);
    }
    return objects;
  };
  return {
    bytes,
    fail,
    countWork,
    slice,
    uint,
    decode,
    expect,
    heap: (at) => {
      const objects = heaps.get(at) ?? readHeap(at);
      heaps.set(at, objects);
      return objects;
    },
    text: (at) => {
      const end = at < bytes.length ? bytes.indexOf(0, at) : -1;
      if (end < 0) fail("holds a name without an end");
      countWork(end - at);
      return decode(slice(at, end - at));
    },
    countMemory: (length) => {
      memoryLeft -= length;
      // A length that is not a number must not pass, so this is not memoryLeft < 0.
      if (!(memoryLeft >= 0)) fail(`unpacks to more than ${maxUnpacked} bytes`);
    },
  };
}
