import { keepingKernel, keptValueOf, lastScanPullback, memoized } from "@spikeloop/backend";
import { scanPullback } from "@spikeloop/backend";
import type { ScanKernel, ScanWants } from "@spikeloop/backend";
import { namedFunc } from "@spikeloop/expr/wasm";
import { Executable } from "../threads/executable.ts";
import { mostExecutables } from "./forward_plan.ts";
import { groupingOf } from "./grouping.ts";
import { addRows, collect, collectParams, merge, mergeParams } from "./kernels/gradient.ts";
import { back, backward, forward, run, slabParams } from "./kernels/loops.ts";
import { pull } from "./kernels/pull.ts";
import { unpack } from "./kernels/rows.ts";
import { send } from "./kernels/send.ts";
import { step } from "./kernels/step.ts";
import { backStep, backStepParams, backwardRoots, wantedParams } from "./kernels/step_pullback.ts";
import { scanMemory } from "./memory.ts";

const wants = ["none", "rows", "sum"] as const;

/** A parameter as a number for keys: whether it is per unit, and how its gradient is wanted. */
export function paramUse(isPerUnit: number, want: ScanWants["params"][number]): number {
  return isPerUnit + (want === "none" ? 0 : want === "rows" ? 2 : 4);
}

function compileBackward(
  kernel: ScanKernel,
  [group, weights, bySets, isFound, ...others]: readonly number[],
) {
  const grouping = groupingOf(group, kernel.binary);
  const uses = others.slice(0, kernel.params.length);
  const read = others.slice(kernel.params.length).map((is) => is === 1);
  const perUnit = uses.map((use) => use % 2 === 1);
  const params = uses.map((use) => wants[use >> 1]);
  const paramSlots = wantedParams(params);
  /** The slots whose gradients are summed over time and batch. */
  const sums = paramSlots.flatMap((i, slot) => params[i] === "sum" ? [slot] : []);
  const last = read.length > 0 ? lastScanPullback(kernel, read) : undefined;
  const roots = [scanPullback(kernel), last ?? []].flat()
    .flatMap((pullback) => backwardRoots(kernel, params, pullback));
  const { kept } = keepingKernel(kernel);
  /** The forward pass has kept the values, which are kept otherwise when steps run again. */
  const finds = isFound === 1 && keptValueOf(kernel, [...roots, kernel.out]) === kept;
  const keptValue = finds ? kept : keptValueOf(kernel, roots);
  const keepsValue = keptValue !== undefined;
  const out = grouping.form === "dense";
  const stepBack = { perUnit, lateral: group > 0, params, keptValue, bits: finds && weights === 1 };
  const functions = [
    step(kernel, { perUnit, grouping, out, inPlace: keepsValue, keptValue }),
    send(grouping),
    finds ? namedFunc("run", slabParams).fn : run(),
    backStep(kernel, stepBack),
    last ? backStep(kernel, stepBack, "lastStep", last) : namedFunc("lastStep", backStepParams).fn,
    pull(grouping),
    weights === 1 ? collect(grouping, bySets === 1) : namedFunc("collect", collectParams).fn,
    addRows(),
    bySets === 1 ? merge(grouping) : namedFunc("merge", mergeParams).fn,
    back(sums),
    backward(),
    forward(),
    unpack(grouping),
  ];
  const executable = new Executable(functions, scanMemory().memory);
  return { grouping, paramSlots, sums, last, keepsValue, finds, executable };
}

/**
 * A neuron's pullback, compiled for groups of so many units, whether gradients of weights are
 * wanted, whether these are summed by sets, whether the forward pass kept values, the `paramUse` of
 * each parameter, and, where the last step has a pullback of its own, whether each state has a
 * cotangent.
 */
export const backwardExecutable = memoized(compileBackward, mostExecutables);
