// Common uses of the four lanes of vectors.
import type { Code, Local, Operand } from "./code.ts";
import type { Func } from "./func.ts";
import { bitmask, i16x8, i8x16, memoryLane, shuffle, v128 } from "./instructions.ts";

/**
 * Sixteen bits from four lane masks, the lowest from the first lane of the first.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { f32x4, Func, instantiate, packMasks } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("negative", [], ["i32"]);
 * const masks = [1, -1, 1, -1].map((x) => f32x4.lt(x, 0));
 * fn.emit(packMasks(masks));
 * const { negative } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(negative(), 0xf0f0);
 * ```
 */
export function packMasks([a, b, c, d]: readonly Operand[]): Code {
  return bitmask.i8x16(i8x16.narrowI16x8S(i16x8.narrowI32x4S(a, b), i16x8.narrowI32x4S(c, d)));
}

/**
 * Code that turns the rows in four v128 locals into columns, by way of four more.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, instantiate, times, transposeLanes, v128 } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("transpose", 0);
 * const [v, w] = [fn.localArray("v128", 4), fn.localArray("v128", 4)];
 * fn.emit(
 *   times(4, (i) => v[i].set(v128.load(0, 16 * i))),
 *   transposeLanes(v, w),
 *   times(4, (i) => v128.store(0, v[i], 16 * i)),
 * );
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const numbers = new Float32Array(memory.buffer, 0, 16);
 * numbers.set(numbers.map((_, i) => i));
 * instantiate([fn], memory).transpose();
 * assertEquals([...numbers.subarray(0, 4)], [0, 4, 8, 12]);
 * ```
 */
export function transposeLanes(v: readonly Local[], w: readonly Local[]): Code {
  // Interleaving lanes of (0, 2) and (1, 3), then of the results, turns rows into columns.
  const low = [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23];
  const high = low.map((lane) => lane + 8);
  return [
    ...w[0].set(shuffle(v[0], v[2], low)),
    ...w[1].set(shuffle(v[1], v[3], low)),
    ...w[2].set(shuffle(v[0], v[2], high)),
    ...w[3].set(shuffle(v[1], v[3], high)),
    ...v[0].set(shuffle(w[0], w[1], low)),
    ...v[1].set(shuffle(w[0], w[1], high)),
    ...v[2].set(shuffle(w[2], w[3], low)),
    ...v[3].set(shuffle(w[2], w[3], high)),
  ];
}

/**
 * Stores the first `count` lanes of a vector, at least one, or all of them, and writes nothing past
 * them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { f32x4, Func, instantiate, storeLanes } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("write", 1);
 * fn.emit(storeLanes(fn, fn.param(0), f32x4.const(7), 3, 4));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * instantiate([fn], memory).write(0);
 * assertEquals([...new Float32Array(memory.buffer, 0, 5)], [0, 7, 7, 7, 0]);
 * ```
 */
export function storeLanes(fn: Func, at: Local, value: Code, count: number, offset = 0): Code {
  if (count >= 4) return v128.store(at, value, offset);
  const vector = fn.local("v128");
  return [
    ...vector.set(value),
    ...(count & 2 ? memoryLane.store64(at, vector, 0, offset) : []),
    ...(count & 1 ? memoryLane.store32(at, vector, count - 1, offset + 4 * (count - 1)) : []),
  ];
}
