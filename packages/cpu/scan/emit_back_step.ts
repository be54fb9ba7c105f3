// The pullback of one time step of a slab of units.
import { type Code, f32x4, type Func, type Local, printSimd, v128 } from "@spikeloop/expr/wasm";
import type { Expr } from "@spikeloop/expr";
import { type ScanKernel, scanPullback, type ScanWants } from "@spikeloop/backend";
import { perUnitArrays, stepArrays } from "./emit_step.ts";
import { namedFunc, times } from "./func.ts";
import { type PerUnit, turnBytes } from "./slab_arrays.ts";

/**
 * What `backStep` is given: what `step` was given, with the kept value in place of the state where there is one; the
 * cotangents of output and next state (which become those of the state before), where dL/dx goes, and a slab per wanted
 * parameter.
 */
export const backStepParams = [
  "x",
  "state",
  "slab",
  "lateral",
  "noise",
  "noiseSlab",
  "params",
  "gOut",
  "pulled",
  "gState",
  "gx",
  "gParams",
  "bytes",
] as const;

/** What there is, and what is wanted. */
export interface BackStepOptions {
  /** Which parameters are given per unit. */
  readonly perUnit: PerUnit;
  /** There is a lateral current. */
  readonly lateral: boolean;
  /** The outputs have a cotangent of their own. */
  readonly gOut: boolean;
  /** What to do with each parameter's gradient: add it up per row, leave it for `addRows`, or nothing. */
  readonly params: ScanWants["params"];
  /** The value that the step kept: x, states and noise are not read. */
  readonly kept?: Expr;
}

/** The wanted parameters that a gradient reaches, in order. */
export function wantedParams(kernel: ScanKernel, params: ScanWants["params"]): readonly number[] {
  return kernel.params.flatMap((_, i) =>
    params[i] !== "none" && scanPullback(kernel).params[i] !== undefined ? [i] : []
  );
}

/** What a pullback computes: the gradients of x, of the states and of the wanted parameters. */
export function backwardRoots(kernel: ScanKernel, params: ScanWants["params"]): readonly Expr[] {
  const pullback = scanPullback(kernel);
  const wanted = wantedParams(kernel, params).map((i) => pullback.params[i]);
  return [pullback.x, ...pullback.states, ...wanted].flatMap((root) => root ?? []);
}

/** `backStep(...)`: see `backStepParams`. */
export function emitBackStep(kernel: ScanKernel, options: BackStepOptions): Func {
  const { fn, p } = namedFunc("backStep", backStepParams);
  const offset = fn.local("i32");
  const { kept } = options;
  const arrays = kept
    ? perUnitArrays(fn, kernel, options.perUnit, offset, p)
    : stepArrays(fn, kernel, options, offset, p);
  if (kept) arrays.add("kept value", p.state);
  if (options.gOut) arrays.add("g.out", p.gOut);
  if (options.lateral) arrays.add("what comes back", p.pulled);
  const states = kernel.states.map((name, i) => arrays.add(`g.${name}`, p.gState, i, p.slab));
  const gx = arrays.add("gradient of x", p.gx);
  const pullback = scanPullback(kernel);
  const targets: { at: Local; value: Expr | undefined; add: boolean }[] = [
    { at: gx, value: pullback.x, add: false },
    ...states.map((at, i) => ({ at, value: pullback.states[i], add: false })),
    ...wantedParams(kernel, options.params).map((i, slot) => ({
      at: arrays.add(`gradient of ${kernel.params[i]}`, p.gParams, slot, p.slab),
      value: pullback.params[i],
      add: options.params[i] === "rows",
    })),
  ];
  const roots = backwardRoots(kernel, options.params);
  const body = times(4, (i) => {
    const { input, loads } = arrays.bind(i);
    const known = new Map(kept && [[kept, input("kept value")]]);
    const { code, values } = printSimd(fn, roots, input, arrays.constant, known);
    let next = 0;
    const stores = targets.flatMap(({ at, value, add }): Code => {
      const result = value === undefined ? f32x4.const(0) : values[next++];
      const sum = add ? f32x4.add(v128.load(at.get, 16 * i), result) : result;
      return v128.store(at.get, sum, 16 * i);
    });
    return [...loads(), ...code, ...stores];
  });
  fn.emit(arrays.prologue(), fn.loop(offset, 0, p.bytes.get, turnBytes, [arrays.move(), body]));
  return fn;
}
