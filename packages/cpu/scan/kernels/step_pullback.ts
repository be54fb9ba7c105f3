import { type Func, namedFunc } from "@spikeloop/expr/wasm";
import { type Expr, toExpr } from "@spikeloop/expr";
import { type ScanKernel, scanPullback, type ScanWants } from "@spikeloop/backend";
import { appendBits, stepArrays } from "./step.ts";
import { type PerUnit, stripBytes, unitArrays } from "./unit_arrays.ts";

/**
 * The parameters of `backStep`: those of `step`, with the kept value in place of x where there is
 * one; the cotangents of the output, which dL/dx replaces, and of the next state, which those of
 * the state before replace; and a slab per wanted parameter.
 */
export const backStepParams =
  "x state arrayStride lateral noise noiseStride params bits gPulled gState gx gParams bytes";

/** The inputs of the pullback of a step, and the gradients that it computes. */
export interface BackStepOptions {
  readonly perUnit: PerUnit;
  readonly lateral: boolean;
  /** Gradients of parameters: added up per row, left for `addRows`, or none. */
  readonly params: ScanWants["params"];
  /** The value that the step kept: x, states and noise are not read. */
  readonly keptValue?: Expr;
  /** Outputs are wanted as bits: the forward pass kept the value, but not these. */
  readonly bits?: boolean;
}

/** The wanted parameters, in order. */
export function wantedParams(params: ScanWants["params"]): readonly number[] {
  return params.flatMap((want, i) => want === "none" ? [] : [i]);
}

/** The gradients that a pullback computes: of x, of the states and of the wanted parameters. */
export function backwardRoots(
  kernel: ScanKernel,
  params: ScanWants["params"],
  pullback = scanPullback(kernel),
): Expr[] {
  const ofParams = wantedParams(params).map((i) => pullback.params[i]);
  return [pullback.x, ...pullback.states, ...ofParams].map((root) => root ?? toExpr(0));
}

/**
 * `backStep(...)`: the pullback of one time step of a slab; under another name for the last step,
 * where that has a pullback of its own.
 */
export function backStep(
  kernel: ScanKernel,
  options: BackStepOptions,
  name = "backStep",
  pullback = scanPullback(kernel),
): Func {
  const { fn, p } = namedFunc(name, backStepParams);
  const offset = fn.local("i32");
  const { keptValue } = options;
  const arrays = keptValue
    ? unitArrays(fn, kernel, options.perUnit, offset, p)
    : stepArrays(fn, kernel, options, offset, p).arrays;
  if (keptValue) arrays.add("kept value", p.x);
  const wanted = wantedParams(options.params);
  const targets = [
    arrays.add("g.out", p.gx),
    ...kernel.states.map((n, i) => arrays.add(`g.${n}`, p.gState, i, p.arrayStride)),
    ...wanted.map((param, slot) =>
      arrays.add(`gradient of ${kernel.params[param]}`, p.gParams, slot, p.arrayStride)
    ),
  ];
  if (options.lateral) arrays.add("g.out", p.gPulled);
  /** Gradients of parameters per row are added up over time; those of x and states lie before. */
  const isSum = (r: number) => options.params[wanted[r - 1 - kernel.states.length]] === "rows";
  const stores = backwardRoots(kernel, options.params, pullback)
    .map((value, r) => ({ at: targets[r], value, adds: isSum(r) }));
  const spikes = fn.localArray("v128", options.bits ? 4 : 0);
  const body = arrays.compute(4, stores, spikes, keptValue && [keptValue, "kept value"]);
  const append = options.bits ? appendBits(p.bits, spikes) : [];
  const loop = fn.loop(offset, 0, p.bytes, stripBytes, [arrays.move(), body, append]);
  return fn.emit(arrays.prologue(), loop);
}
