// Structured control. `br` counts the blocks, loops and branches around it from the inside,
// beginning at 0.
import {
  type Body,
  type Code,
  constants,
  type Operand,
  operandCode,
  sequence,
  unsigned,
} from "./code.ts";

const test = (condition: Operand): Code => operandCode(condition, constants.i32);

/**
 * Leaves the enclosing `depth`-th block, or repeats the loop.
 *
 * @example Skip the rest of a block.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { block, br, Func, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("skip", ["i32"], ["i32"]);
 * const x = fn.param(0);
 * fn.emit(block(br(0), x.set(0)), x);
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
 * fn.emit(block(brIf(i32.geU(x, 3), 0), x.set(3)), x);
 * const { atLeast3 } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals([atLeast3(1), atLeast3(5)], [3, 5]);
 * ```
 */
export function brIf(condition: Operand, depth: number): Code {
  return [...test(condition), 0x0d, ...unsigned(depth)];
}

/**
 * A block that `br` leaves.
 *
 * @example `br(1)` leaves the outer of two blocks.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { block, br, Func, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("first", [], ["i32"]);
 * const x = fn.local("i32");
 * fn.emit(block(block(x.set(1), br(1)), x.set(2)), x);
 * const { first } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(first(), 1);
 * ```
 */
export function block(...body: readonly Body[]): Code {
  return [0x02, 0x40, ...sequence(...body), 0x0b];
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
 * fn.emit(repeat(x.increment(x), brIf(i32.ltU(x, 100), 0)), x);
 * const { doubleUntil100 } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(doubleUntil100(3), 192);
 * ```
 */
export function repeat(...body: readonly Body[]): Code {
  return [0x03, 0x40, ...sequence(...body), 0x0b];
}

/**
 * Runs `body` if `condition` is not 0, else `otherwise`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, i32, instantiate, when } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("parity", ["i32"], ["i32"]);
 * const x = fn.param(0);
 * fn.emit(when(i32.and(x, 1), x.set(1), x.set(-1)), x);
 * const { parity } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals([parity(8), parity(9)], [-1, 1]);
 * ```
 */
export function when(condition: Operand, body: Body, otherwise?: Body): Code {
  const rest = otherwise === undefined ? [] : [0x05, ...sequence(otherwise)];
  return [...test(condition), 0x04, 0x40, ...sequence(body), ...rest, 0x0b];
}

/**
 * Calls a function by its index. Numbers among the arguments are i32.
 *
 * @example A function is called by its index in the list of its module.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { call, Func, i32, instantiate } from "@spikeloop/expr/wasm";
 *
 * const square = new Func("square", ["i32"], ["i32"]);
 * square.emit(i32.mul(square.param(0), square.param(0)));
 * const fourth = new Func("fourth", ["i32"], ["i32"]);
 * fourth.emit(call(0, call(0, fourth.param(0))));
 * const functions = instantiate([square, fourth], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(functions.fourth(3), 81);
 * ```
 */
export function call(index: number, ...args: readonly Operand[]): Code {
  return [...args.flatMap((arg) => operandCode(arg, constants.i32)), 0x10, ...unsigned(index)];
}
