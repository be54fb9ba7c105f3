import type { WasmFunction } from "@spikeloop/expr/wasm";
import type { ScanKernel, ScanWants } from "@spikeloop/backend";
import { SharedKernel } from "../threads/shared_kernel.ts";
import { type BackArgs, emitBack } from "./emit_back.ts";
import { backwardRoots, emitBackStep, wantedParams } from "./emit_back_step.ts";
import { emitCollect } from "./emit_collect.ts";
import { emitMerge, emitUnpack } from "./emit_gradient.ts";
import { emitPull } from "./emit_pull.ts";
import { emitClear, emitCopy } from "./emit_ranges.ts";
import { emitRun, type RunArgs } from "./emit_run.ts";
import { emitSend } from "./emit_send.ts";
import { emitStep } from "./emit_step.ts";
import { emitAddRows, emitFlush } from "./emit_sums.ts";
import { perUnitOf, runner } from "./forward_kernel.ts";
import { keptValue } from "./kept_value.ts";
import { scratch } from "./scratch.ts";
import { type Wiring, wiringOf } from "./wiring.ts";

/** A neuron's pullback, compiled for a population size and for what there is and what is wanted. */
export interface BackwardKernel {
  /** How its units are connected. */
  readonly wiring: Wiring;
  /** The wanted parameters that a gradient reaches; each has a slab in the tile. */
  readonly wanted: readonly number[];
  /** Of those, the ones to sum over time and batch, by place in `wanted`. */
  readonly sums: readonly number[];
  /** One value per step is kept, not x and the states. */
  readonly isKept: boolean;
  /** Takes a slab forth only. */
  readonly run: (args: RunArgs) => void;
  /** Recomputes the course of the states, or of the kept value, and goes back through time. */
  readonly back: (args: BackArgs) => void;
  /** `flush(total, part, bytes)` */
  readonly flush: WasmFunction;
  /** `merge(sets, gradient, pops)`; undefined where gradients of weights are not summed by sets. */
  readonly merge: WasmFunction | undefined;
  /** `unpack(gradient, weight, bias, pops)` */
  readonly unpack: WasmFunction;
  /** The code of all of these, and of `copy(to, from, bytes)` and `clear(at, bytes)`. */
  readonly shared: SharedKernel;
}

const compiled = new WeakMap<ScanKernel, Map<string, BackwardKernel>>();

/** The pullback of a kernel; made once per combination of options and kept with the kernel. */
export function backwardKernel(
  kernel: ScanKernel,
  group: number,
  perUnit: number,
  gOut: boolean,
  wants: ScanWants,
  bySets: boolean,
): BackwardKernel {
  let variants = compiled.get(kernel);
  if (variants === undefined) compiled.set(kernel, variants = new Map());
  const key = `${group} ${perUnit} ${gOut} ${wants.weights} ${wants.params} ${bySets}`;
  let made = variants.get(key);
  if (made === undefined) {
    variants.set(key, made = compile(kernel, group, perUnit, gOut, wants, bySets));
  }
  return made;
}

function compile(
  kernel: ScanKernel,
  group: number,
  bits: number,
  gOut: boolean,
  { weights, params }: ScanWants,
  bySets: boolean,
): BackwardKernel {
  const wiring = wiringOf(group, kernel.binary);
  const perUnit = perUnitOf(bits, kernel.params.length);
  const lateral = group > 0;
  const wanted = wantedParams(kernel, params);
  const sums = wanted.flatMap((i, slot) => params[i] === "sum" ? [slot] : []);
  const kept = keptValue(kernel, backwardRoots(kernel, params));
  const isKept = kept !== undefined;
  const byBits = wiring.form === "table" || wiring.form === "rows";
  const shared = new SharedKernel([
    emitStep(kernel, {
      perUnit,
      lateral,
      bits: byBits,
      out: wiring.form === "dense",
      inPlace: isKept,
      kept,
    }),
    emitSend(wiring),
    emitRun(lateral, isKept),
    emitBackStep(kernel, { perUnit, lateral, gOut, params, kept }),
    emitPull(wiring),
    emitCollect(wiring, bySets),
    emitAddRows(),
    emitBack({ lateral, isKept, weights, sums }),
    emitUnpack(wiring),
    emitFlush(),
    emitMerge(wiring),
    emitCopy(),
    emitClear(),
  ], scratch().memory);
  const { run, flush, merge, unpack, back } = shared.exports;
  return {
    wiring,
    wanted,
    sums,
    isKept,
    run: runner(run),
    back: backer(back),
    flush,
    merge: bySets ? merge : undefined,
    unpack,
    shared,
  };
}

/** `back` with its arguments by name. */
function backer(back: WasmFunction): (args: BackArgs) => void {
  return (a) => {
    back(
      a.steps,
      a.x,
      a.xStride,
      a.out,
      a.outStride,
      a.state,
      a.stateStride,
      a.slab,
      a.kept,
      a.keptStride,
      a.lateral,
      a.lateralStride,
      a.noise,
      a.noiseStride,
      a.noiseSlab,
      a.params,
      a.bits,
      a.bitsStride,
      a.bytes,
      a.table,
      a.list,
      a.rows,
      a.pops,
      a.last,
      a.gOut,
      a.gx,
      a.gStride,
      a.gState,
      a.gParams,
      a.gLast,
      a.pulled,
      a.nothing,
      a.weight,
      a.gWeight,
      a.gSums,
      a.sumStride,
      a.unitBytes,
    );
  };
}
