import { type Code, unsigned } from "../code.ts";
import { type Group, type One, one, type Store, store } from "./forms.ts";

/**
 * Instructions on ranges of memory, and those by which threads wait for each other.
 *
 * @example Clear two bytes.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, i32, instantiate, memory } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("clear", ["i32", "i32"]);
 * fn.emit(memory.fill(fn.param(0).get, i32.const(0), fn.param(1).get));
 * const page = new WebAssembly.Memory({ initial: 1 });
 * const bytes = new Uint8Array(page.buffer, 0, 4).fill(9);
 * instantiate([fn], page).clear(1, 2);
 * assertEquals([...bytes], [9, 0, 0, 9]);
 * ```
 */
export const memory: Group<Store, "atomicNotify"> & Group<One, "grow"> & {
  /** The size in pages of 64 KiB. */
  readonly size: Code;
  /** Makes what other threads wrote before their fence visible after this one. */
  readonly fence: Code;
  /** Copies bytes; the ranges may overlap. */
  copy(to: Code, from: Code, bytes: Code): Code;
  /** Fills bytes with a byte. */
  fill(at: Code, value: Code, bytes: Code): Code;
  /**
   * Waits while the i32 at the address equals `expected`, for at most `nanoseconds` (an i64; below 0 for ever). Gives
   * 0 when woken, 1 when the number was another, 2 when the time was over.
   */
  atomicWait32(address: Code, expected: Code, nanoseconds: Code, offset?: number): Code;
} = {
  size: [0x3f, 0x00],
  /** Adds pages; gives the size before, or -1. */
  grow: one(0x40, 0x00),
  copy: (to: Code, from: Code, bytes: Code): Code => [...to, ...from, ...bytes, 0xfc, 0x0a, 0, 0],
  fill: (at: Code, value: Code, bytes: Code): Code => [...at, ...value, ...bytes, 0xfc, 0x0b, 0],
  fence: [0xfe, 0x03, 0x00],
  /** Wakes at most so many threads that wait at the address; gives how many. */
  atomicNotify: store(2, 0xfe, 0x00),
  atomicWait32: (address: Code, expected: Code, nanoseconds: Code, offset = 0): Code => [
    ...address,
    ...expected,
    ...nanoseconds,
    0xfe,
    0x01,
    2,
    ...unsigned(offset),
  ],
};
