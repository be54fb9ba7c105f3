import { type Code, signed64 } from "../code.ts";
import {
  type Group,
  type Load,
  load,
  type One,
  one,
  type Store,
  store,
  type Two,
  two,
} from "./forms.ts";

/**
 * Instructions on 64-bit integers, as far as time-outs and clocks need them.
 *
 * @example The upper 32 bits of a product.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, i32, i64, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("highProduct", ["i32", "i32"], ["i32"]);
 * const [a, b] = [i64.extendI32S(fn.param(0).get), i64.extendI32S(fn.param(1).get)];
 * fn.emit(i32.wrapI64(i64.shrS(i64.mul(a, b), i64.const(32n))));
 * const { highProduct } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(highProduct(2 ** 20, 2 ** 20), 256);
 * ```
 */
export const i64:
  & Group<One, "eqz" | "extendI32S" | "extendI32U">
  & Group<Two, "add" | "sub" | "mul" | "and" | "or" | "xor" | "shl" | "shrS" | "shrU">
  & Group<Load, "load">
  & Group<Store, "store">
  & { const(value: bigint): Code } = {
    const: (value: bigint): Code => [0x42, ...signed64(value)],
    load: load(3, 0x29),
    store: store(3, 0x37),
    eqz: one(0x50),
    add: two(0x7c),
    sub: two(0x7d),
    mul: two(0x7e),
    and: two(0x83),
    or: two(0x84),
    xor: two(0x85),
    shl: two(0x86),
    shrS: two(0x87),
    shrU: two(0x88),
    extendI32S: one(0xac),
    extendI32U: one(0xad),
  };
