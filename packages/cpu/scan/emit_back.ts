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
import { runParams } from "./emit_run.ts";
import { namedFunc } from "./func.ts";

/**
 * What `back` is given: what `run` is given, then cotangents and gradients. `steps` is T, of which `run` leaves out the
 * last where `last` is 1. Sequences of cotangents lie as x does, and their gradients `gStride` apart. `gLast` is the
 * cotangent of the lateral current after the last step, 0 where there is none; then `nothing` holds -0, which changes
 * nothing when added.
 */
export const backParams = [
  ...runParams,
  "gOut",
  "gx",
  "gStride",
  "gState",
  "gParams",
  "gLast",
  "pulled",
  "nothing",
  "weight",
  "gWeight",
  "gSums",
  "sumStride",
  "unitBytes",
] as const;

/** Numbers by name for `back`. */
export type BackArgs = Record<(typeof backParams)[number], number>;

/** Where the functions that `back` calls are in the module. */
export const backCalls = { run: 2, backStep: 3, pull: 4, collect: 5, addRows: 6 } as const;

/** What `back` does besides the steps. */
export interface BackOptions {
  /** Units are connected. */
  readonly lateral: boolean;
  /** A value of each step is kept, and no states. */
  readonly isKept: boolean;
  /** Gradients of weight and bias are wanted. */
  readonly weights: boolean;
  /** The slots, among the wanted parameters, whose gradients are summed over time and batch. */
  readonly sums: readonly number[];
}

/** `back(...)`: runs T steps again, then their pullbacks, the last one first. */
export function emitBack({ lateral, isKept, weights, sums }: BackOptions): Func {
  const { fn, p } = namedFunc("back", backParams);
  const [left, gx, before, pulled] = fn.localArray("i32", 4);
  const retreat = (at: Local, by: Local) => at.set(i32.sub(at.get, by.get));
  // What the pullback of a step reads of its states, and how far that of the step before is.
  const [course, courseStride] = isKept ? [p.kept, p.keptStride] : [p.state, p.stateStride];
  const moving: readonly (readonly [Local, Local])[] = [
    [p.x, p.xStride],
    [course, courseStride],
    [p.lateral, p.lateralStride],
    [p.noise, p.noiseStride],
    [p.gOut, p.xStride],
    [gx, p.gStride],
  ];
  const toLast = (at: Local, stride: Local) =>
    at.set(i32.add(at.get, i32.mul(before.get, stride.get)));
  const addRows = (from: Code, to: Code) =>
    call(backCalls.addRows, from, to, p.rows.get, p.unitBytes.get);
  const pull = (g: Code): Code =>
    lateral
      ? [
        ...call(backCalls.pull, g, p.pulled.get, p.weight.get, p.rows.get, p.pops.get),
        ...pulled.set(p.pulled.get),
      ]
      : [];
  // Of the outputs that sent currents whose cotangents are the `steps` up to `g`; the latest of them is `ago` steps ago.
  const collect = (steps: Code, g: Code, ago: number): Code => {
    if (!lateral || !weights) return [];
    const sent = (at: Local, stride: Local) => ago === 0 ? at.get : i32.sub(at.get, stride.get);
    return call(
      backCalls.collect,
      steps,
      sent(p.bits, p.bitsStride),
      p.bitsStride.get,
      sent(p.out, p.outStride),
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
    course.get,
    p.slab.get,
    p.lateral.get,
    p.noise.get,
    p.noiseSlab.get,
    p.params.get,
    p.gOut.get,
    pulled.get,
    p.gState.get,
    gx.get,
    p.gParams.get,
    p.bytes.get,
  );
  const slot = (base: Local, stride: Local, i: number) =>
    i32.add(base.get, i32.mul(stride.get, i32.const(i)));
  fn.emit(
    call(
      backCalls.run,
      ...runParams.map((name) => name === "steps" ? i32.sub(p.steps.get, p.last.get) : p[name].get),
    ),
    before.set(i32.sub(p.steps.get, i32.const(1))),
    gx.set(p.gx.get),
    moving.flatMap(([at, stride]) => toLast(at, stride)),
    toLast(p.bits, p.bitsStride),
    toLast(p.out, p.outStride),
    p.gx.set(gx.get),
    pulled.set(p.nothing.get),
    when(p.gLast.get, [...pull(p.gLast.get), ...collect(i32.const(1), p.gLast.get, 0)]),
    left.set(p.steps.get),
    repeat(
      step,
      ...sums.map((i, to) => addRows(slot(p.gParams, p.slab, i), slot(p.gSums, p.sumStride, to))),
      left.increment(-1),
      when(left.get, [
        ...pull(gx.get),
        ...moving.flatMap(([at, stride]) => retreat(at, stride)),
        ...br(1),
      ]),
    ),
    // All steps of a population together, so that its sums stay in the first-level cache.
    collect(before.get, p.gx.get, 1),
  );
  return fn;
}
