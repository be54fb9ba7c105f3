import { type Func, i32, memory } from "@spikeloop/expr/wasm";
import { namedFunc } from "./func.ts";

/** `copy(to, from, bytes)` */
export function emitCopy(): Func {
  const { fn, p } = namedFunc("copy", ["to", "from", "bytes"]);
  fn.emit(memory.copy(p.to.get, p.from.get, p.bytes.get));
  return fn;
}

/** `clear(at, bytes)` */
export function emitClear(): Func {
  const { fn, p } = namedFunc("clear", ["at", "bytes"]);
  fn.emit(memory.fill(p.at.get, i32.const(0), p.bytes.get));
  return fn;
}
