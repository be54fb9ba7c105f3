import type { Code } from "../code.ts";
import {
  type Group,
  type Load,
  load,
  type MemoryLane,
  memoryLane,
  type One,
  one128,
  simd,
  type Store,
  store,
  type Two,
  two128,
} from "./forms.ts";

/**
 * Instructions on 128 bits, whatever they hold. Addresses need no alignment.
 *
 * @example Keep the numbers above 0.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { f32x4, Func, i32, instantiate, v128 } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("rectify", []);
 * const x = v128.load(i32.const(0));
 * fn.emit(v128.store(i32.const(0), v128.and(x, f32x4.gt(x, f32x4.const(0)))));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const numbers = new Float32Array(memory.buffer, 0, 4);
 * numbers.set([-1, 2, -3, 4]);
 * instantiate([fn], memory).rectify();
 * assertEquals([...numbers], [0, 2, 0, 4]);
 * ```
 */
export const v128:
  & Group<One, "not" | "anyTrue">
  & Group<Two, "and" | "andnot" | "or" | "xor">
  & Group<
    Load,
    | "load"
    | "load8Splat"
    | "load16Splat"
    | "load32Splat"
    | "load64Splat"
    | "load32Zero"
    | "load64Zero"
  >
  & Group<Store, "store">
  & Group<MemoryLane, "load32Lane" | "load64Lane" | "store32Lane" | "store64Lane">
  & {
    const(bytes: readonly number[]): Code;
    bitselect(a: Code, b: Code, mask: Code): Code;
  } = {
    const: (bytes: readonly number[]): Code => [...simd(0x0c), ...bytes],
    load: load(2, ...simd(0x00)),
    load8Splat: load(0, ...simd(0x07)),
    load16Splat: load(1, ...simd(0x08)),
    load32Splat: load(2, ...simd(0x09)),
    load64Splat: load(3, ...simd(0x0a)),
    load32Zero: load(2, ...simd(0x5c)),
    load64Zero: load(3, ...simd(0x5d)),
    store: store(2, ...simd(0x0b)),
    load32Lane: memoryLane(2, 0x56),
    load64Lane: memoryLane(3, 0x57),
    store32Lane: memoryLane(2, 0x5a),
    store64Lane: memoryLane(3, 0x5b),
    not: one128(0x4d),
    and: two128(0x4e),
    /** Bits of `a` where `b` is 0. */
    andnot: two128(0x4f),
    or: two128(0x50),
    xor: two128(0x51),
    /** Bits of `a` where `mask` is 1, of `b` where it is 0. */
    bitselect: (a: Code, b: Code, mask: Code): Code => [...a, ...b, ...mask, ...simd(0x52)],
    anyTrue: one128(0x53),
  };
