import { f32x4, type Func, i32, v128 } from "@spikeloop/expr/wasm";
import { namedFunc, packMasks } from "./func.ts";

/** `bits(out, bits, bytes)`: one bit per number of `out`, set where it is not 0. It takes 16 numbers at a time. */
export function emitBits(): Func {
  const { fn, p } = namedFunc("bits", ["out", "bits", "bytes"]);
  const offset = fn.local("i32");
  const at = i32.add(p.out.get, offset.get);
  const masks = [0, 16, 32, 48].map((lane) => f32x4.ne(v128.load(at, lane), f32x4.const(0)));
  fn.emit(fn.loop(offset, 0, p.bytes.get, 64, [
    i32.store16(p.bits.get, packMasks(masks)),
    p.bits.increment(2),
  ]));
  return fn;
}
