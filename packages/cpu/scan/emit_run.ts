import { call, type Func, i32, when } from "@spikeloop/expr/wasm";
import { advance, namedFunc } from "./func.ts";

/**
 * What `run` is given: for arrays that move with time how far (0 where a step writes over what it read), and what
 * `step` and `send` need. `kept` is where the first step's kept value goes, and `keptStride` how far the next one's is.
 * `last` is 0 where the current that the last output sends is not wanted.
 */
export const runParams = [
  "steps",
  "x",
  "xStride",
  "out",
  "outStride",
  "state",
  "stateStride",
  "slab",
  "kept",
  "keptStride",
  "lateral",
  "lateralStride",
  "noise",
  "noiseStride",
  "noiseSlab",
  "params",
  "bits",
  "bitsStride",
  "bytes",
  "table",
  "list",
  "rows",
  "pops",
  "last",
] as const;

/** Numbers by name for `run`. */
export type RunArgs = Record<(typeof runParams)[number], number>;

/**
 * `run(...)`: T times `step` (function 0), and `send` (function 1) where units are connected and `step` does not send
 * for itself; `isKept` if steps keep a value.
 */
export function emitRun(sends: boolean, isKept = false): Func {
  const { fn, p } = namedFunc("run", runParams);
  const t = fn.local("i32");
  const next = fn.local("i32");
  const step = call(
    0,
    p.x.get,
    p.out.get,
    p.state.get,
    isKept ? p.kept.get : next.get,
    p.slab.get,
    p.lateral.get,
    p.noise.get,
    p.noiseSlab.get,
    p.params.get,
    p.bits.get,
    p.bytes.get,
    p.table.get,
    p.pops.get,
  );
  const send = call(
    1,
    p.bits.get,
    p.out.get,
    p.lateral.get,
    p.table.get,
    p.list.get,
    p.rows.get,
    p.pops.get,
  );
  const isWanted = i32.or(p.last.get, i32.ltU(i32.add(t.get, i32.const(1)), p.steps.get));
  fn.emit(fn.loop(t, 0, p.steps.get, 1, [
    next.set(i32.add(p.state.get, p.stateStride.get)),
    step,
    ...(sends ? [advance(p.lateral, p.lateralStride), when(isWanted, send)] : []),
    advance(p.x, p.xStride),
    advance(p.out, p.outStride),
    p.state.set(next.get),
    ...(isKept ? [advance(p.kept, p.keptStride)] : []),
    advance(p.noise, p.noiseStride),
    advance(p.bits, p.bitsStride),
  ]));
  return fn;
}
