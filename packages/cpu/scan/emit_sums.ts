import { f32x4, type Func, i32, v128 } from "@spikeloop/expr/wasm";
import { namedFunc } from "./func.ts";

/** `addRows(from, to, rows, bytes)`: adds every row of `from` to the one row `to`, the first row first. */
export function emitAddRows(): Func {
  const { fn, p } = namedFunc("addRows", ["from", "to", "rows", "bytes"]);
  const [row, at] = fn.localArray("i32", 2);
  const to = i32.add(p.to.get, at.get);
  fn.emit(fn.loop(row, 0, p.rows.get, 1, [
    fn.loop(at, 0, p.bytes.get, 16, [
      v128.store(to, f32x4.add(v128.load(to), v128.load(i32.add(p.from.get, at.get)))),
    ]),
    p.from.set(i32.add(p.from.get, p.bytes.get)),
  ]));
  return fn;
}

/** `flush(total, part, bytes)`: adds `part` to `total` and clears it. */
export function emitFlush(): Func {
  const { fn, p } = namedFunc("flush", ["total", "part", "bytes"]);
  const at = fn.local("i32");
  const [total, part] = [i32.add(p.total.get, at.get), i32.add(p.part.get, at.get)];
  fn.emit(fn.loop(at, 0, p.bytes.get, 16, [
    v128.store(total, f32x4.add(v128.load(total), v128.load(part))),
    v128.store(part, f32x4.const(0)),
  ]));
  return fn;
}
