// Structured control. `br` counts the blocks, loops and branches around it from the inside, beginning at 0.
import { type Code, unsigned } from "./code.ts";

/**
 * Leaves the enclosing `depth`-th block, or repeats the loop.
 *
 * @example Skip the rest of a block.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { block, br, Func, i32, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("skip", ["i32"], ["i32"]);
 * const x = fn.param(0);
 * fn.emit(block(br(0), x.set(i32.const(0))), x.get);
 * const { skip } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(skip(7), 7);
 * ```
 */
export function br(depth: number): Code {
  return [0x0c, ...unsigned(depth)];
}

/**
 * The same if `condition` is not 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { block, brIf, Func, i32, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("atLeast3", ["i32"], ["i32"]);
 * const x = fn.param(0);
 * fn.emit(block(brIf(i32.geS(x.get, i32.const(3)), 0), x.set(i32.const(3))), x.get);
 * const { atLeast3 } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals([atLeast3(1), atLeast3(5)], [3, 5]);
 * ```
 */
export function brIf(condition: Code, depth: number): Code {
  return [...condition, 0x0d, ...unsigned(depth)];
}

/**
 * A block that `br` leaves.
 *
 * @example `br(1)` leaves the outer of two blocks.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { block, br, Func, i32, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("first", [], ["i32"]);
 * const x = fn.local("i32");
 * fn.emit(block(block(x.set(i32.const(1)), br(1)), x.set(i32.const(2))), x.get);
 * const { first } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(first(), 1);
 * ```
 */
export function block(...body: readonly Code[]): Code {
  return [0x02, 0x40, ...body.flat(), 0x0b];
}

/**
 * A block that `br` starts anew; falling through its end leaves it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { brIf, Func, i32, instantiate, repeat } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("doubleUntil100", ["i32"], ["i32"]);
 * const x = fn.param(0);
 * fn.emit(
 *   repeat(x.set(i32.add(x.get, x.get)), brIf(i32.ltS(x.get, i32.const(100)), 0)),
 *   x.get,
 * );
 * const { doubleUntil100 } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(doubleUntil100(3), 192);
 * ```
 */
export function repeat(...body: readonly Code[]): Code {
  return [0x03, 0x40, ...body.flat(), 0x0b];
}

/**
 * Runs `body` if `condition` is not 0, else `otherwise`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, i32, instantiate, when } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("sign", ["i32"], ["i32"]);
 * const x = fn.param(0);
 * fn.emit(
 *   when(i32.ltS(x.get, i32.const(0)), x.set(i32.const(-1)), x.set(i32.const(1))),
 *   x.get,
 * );
 * const { sign } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals([sign(-9), sign(9)], [-1, 1]);
 * ```
 */
export function when(condition: Code, body: Code, otherwise?: Code): Code {
  return [...condition, 0x04, 0x40, ...body, ...(otherwise ? [0x05, ...otherwise] : []), 0x0b];
}

/**
 * `a` if `condition` is not 0, else `b`; both are computed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { choose, Func, i32, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("larger", ["i32", "i32"], ["i32"]);
 * const [a, b] = [fn.param(0).get, fn.param(1).get];
 * fn.emit(choose(a, b, i32.gtS(a, b)));
 * const { larger } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals([larger(2, 5), larger(7, 5)], [5, 7]);
 * ```
 */
export function choose(a: Code, b: Code, condition: Code): Code {
  return [...a, ...b, ...condition, 0x1b];
}

/**
 * Forgets a value.
 *
 * @example Add to memory and forget what was there before.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { drop, Func, i32, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("count", ["i32"]);
 * fn.emit(drop(i32.atomicAdd(i32.const(0), fn.param(0).get)));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * instantiate([fn], memory).count(5);
 * assertEquals(new Int32Array(memory.buffer)[0], 5);
 * ```
 */
export function drop(a: Code): Code {
  return [...a, 0x1a];
}

/**
 * Leaves the function.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, i32, instantiate, leave, when } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("storeUnless0", ["i32"]);
 * const x = fn.param(0).get;
 * fn.emit(when(i32.eqz(x), leave), i32.store(i32.const(0), x));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const { storeUnless0 } = instantiate([fn], memory);
 * storeUnless0(3);
 * storeUnless0(0);
 * assertEquals(new Int32Array(memory.buffer)[0], 3);
 * ```
 */
export const leave: Code = [0x0f];

/**
 * Calls a function by its index.
 *
 * @example A function is called by its place in the list of its module.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { call, Func, i32, instantiate } from "@spikeloop/expr/wasm";
 *
 * const square = new Func("square", ["i32"], ["i32"]);
 * square.emit(i32.mul(square.param(0).get, square.param(0).get));
 * const fourth = new Func("fourth", ["i32"], ["i32"]);
 * fourth.emit(call(0, call(0, fourth.param(0).get)));
 * const functions = instantiate([square, fourth], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(functions.fourth(3), 81);
 * ```
 */
export function call(index: number, ...args: readonly Code[]): Code {
  return [...args.flat(), 0x10, ...unsigned(index)];
}
