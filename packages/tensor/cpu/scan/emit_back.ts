import {
  br,
  call,
  type Code,
  type Func,
  i32,
  type Local,
  repeat,
  when,
} from "@spikeloop/expr/wasm";
import { namedFunc } from "./func.ts";

/**
 * What `back` is given. Arrays that move with time are given at their last step, with the distance back to the step
 * before. `gLast` is the cotangent of the lateral current after the last step, 0 where there is none; then `pulled`
 * holds -0, which changes nothing when added.
 */
export const backParams = [
  "steps",
  "x",
  "xStride",
  "state",
  "stateStride",
  "slab",
  "lateral",
  "noise",
  "noiseStride",
  "noiseSlab",
  "params",
  "gOut",
  "gx",
  "gStride",
  "gState",
  "gParams",
  "gLast",
  "pulled",
  "bits",
  "bitsStride",
  "out",
  "outStride",
  "weight",
  "gWeight",
  "gSums",
  "sumStride",
  "rows",
  "pops",
  "unitBytes",
  "bytes",
] as const;

/** Numbers by name for `back`. */
export type BackArgs = Record<(typeof backParams)[number], number>;

/** Where the functions that `back` calls are in the module. */
export const backCalls = { backStep: 3, pull: 4, collect: 5, addRows: 6 } as const;

/** What `back` does besides the steps. */
export interface BackOptions {
  /** Units are connected. */
  readonly lateral: boolean;
  /** Gradients of weight and bias are wanted. */
  readonly weights: boolean;
  /** The slots, among the wanted parameters, whose gradients are summed over time and batch. */
  readonly sums: readonly number[];
}

/** `back(...)`: the pullbacks of T steps, the last one first. */
export function emitBack({ lateral, weights, sums }: BackOptions): Func {
  const { fn, p } = namedFunc("back", backParams);
  const [left, gx] = fn.localArray("i32", 2);
  const retreat = (at: Local, by: Local) => at.set(i32.sub(at.get, by.get));
  const addRows = (from: Code, to: Code) =>
    call(backCalls.addRows, from, to, p.rows.get, p.unitBytes.get);
  const pull = (g: Code): Code =>
    lateral ? call(backCalls.pull, g, p.pulled.get, p.weight.get, p.rows.get, p.pops.get) : [];
  // Of the outputs that sent currents whose cotangents are the `steps` up to `g`; the latest of them is `back` steps ago.
  const collect = (steps: Code, g: Code, back: number): Code => {
    if (!lateral || !weights) return [];
    const before = (at: Local, stride: Local) => back === 0 ? at.get : i32.sub(at.get, stride.get);
    return call(
      backCalls.collect,
      steps,
      before(p.bits, p.bitsStride),
      p.bitsStride.get,
      before(p.out, p.outStride),
      p.outStride.get,
      g,
      p.gStride.get,
      p.gWeight.get,
      p.rows.get,
      p.pops.get,
    );
  };
  const step = call(
    backCalls.backStep,
    p.x.get,
    p.state.get,
    p.slab.get,
    p.lateral.get,
    p.noise.get,
    p.noiseSlab.get,
    p.params.get,
    p.gOut.get,
    p.pulled.get,
    p.gState.get,
    gx.get,
    p.gParams.get,
    p.bytes.get,
  );
  const slot = (base: Local, stride: Local, i: number) =>
    i32.add(base.get, i32.mul(stride.get, i32.const(i)));
  fn.emit(
    when(p.gLast.get, [...pull(p.gLast.get), ...collect(i32.const(1), p.gLast.get, 0)]),
    left.set(p.steps.get),
    gx.set(p.gx.get),
    repeat(
      step,
      ...sums.map((i, to) => addRows(slot(p.gParams, p.slab, i), slot(p.gSums, p.sumStride, to))),
      left.increment(-1),
      when(left.get, [
        ...pull(gx.get),
        ...retreat(p.x, p.xStride),
        ...retreat(p.state, p.stateStride),
        ...retreat(p.lateral, p.slab),
        ...retreat(p.noise, p.noiseStride),
        ...retreat(p.gOut, p.gStride),
        ...retreat(gx, p.gStride),
        ...br(1),
      ]),
    ),
    // All steps of a population together, so that its sums stay in the first-level cache.
    collect(i32.sub(p.steps.get, i32.const(1)), p.gx.get, 1),
  );
  return fn;
}
