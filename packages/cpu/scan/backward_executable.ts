import type { ScanKernel, ScanWants } from "@spikeloop/backend";
import { memoized } from "../memo.ts";
import { Executable } from "../threads/executable.ts";
import { mostExecutables } from "./forward_executable.ts";
import { keptValueOf } from "./kept_value.ts";
import { addRows, collect, flush, merge, unpack } from "./kernels/gradient.ts";
import { back, backward, run } from "./kernels/loops.ts";
import { pull } from "./kernels/pull.ts";
import { send } from "./kernels/send.ts";
import { step } from "./kernels/step.ts";
import { backStep, backwardRoots, wantedParams } from "./kernels/step_pullback.ts";
import { argumentsAt, scanMemory } from "./memory.ts";
import { wiringOf } from "./wiring.ts";

const wants = ["none", "rows", "sum"] as const;

/** A parameter as a number for keys: whether it is per unit, and how its gradient is wanted. */
export function paramUse(isPerUnit: number, want: ScanWants["params"][number]): number {
  return isPerUnit + 2 * (want === "none" ? 0 : want === "rows" ? 1 : 2);
}

function compileBackward(
  kernel: ScanKernel,
  [group, gOut, weights, bySets, ...uses]: readonly number[],
) {
  const wiring = wiringOf(group, kernel.binary);
  const perUnit = uses.map((use) => use % 2 === 1);
  const params = uses.map((use) => wants[use >> 1]);
  const lateral = group > 0;
  /** The parameters that gradients are wanted of. */
  const paramSlots = wantedParams(kernel, params);
  /** The slots whose gradients are summed over time and batch. */
  const sums = paramSlots.flatMap((i, slot) => params[i] === "sum" ? [slot] : []);
  const keptValue = keptValueOf(kernel, backwardRoots(kernel, params));
  const keepsValue = keptValue !== undefined;
  const functions = {
    step: step(kernel, {
      perUnit,
      wiring,
      out: wiring.form === "dense",
      inPlace: keepsValue,
      keptValue,
    }),
    send: send(wiring),
    backStep: backStep(kernel, { perUnit, lateral, gOut: gOut === 1, params, keptValue }),
    pull: pull(wiring),
    collect: collect(wiring, bySets === 1),
    addRows: addRows(),
    flush: flush(),
    merge: merge(wiring),
    unpack: unpack(wiring),
  };
  const names = [...Object.keys(functions), "run", "back", "backward"];
  const places = Object.fromEntries(names.map((name, i) => [name, i])) as
    & Record<keyof typeof functions, number>
    & Record<"run" | "back", number>;
  const executable = new Executable([
    ...Object.values(functions),
    run({ step: places.step, send: lateral ? places.send : undefined }, keepsValue),
    back(places, { lateral, keepsValue, weights: weights === 1, sums }),
    backward({ ...places, merge: bySets === 1 ? places.merge : undefined }),
  ], scanMemory().memory);
  const call = (name: string) => [executable.call(name, argumentsAt)];
  /** `run` takes a slab forward, `backward` a tile forward and back. */
  const calls = { run: call("run"), backward: call("backward") };
  return { wiring, paramSlots, sums, keepsValue, executable, calls };
}

/**
 * A neuron's pullback, compiled for groups of so many units, whether outputs have cotangents,
 * whether gradients of weights are wanted, whether these are summed by sets, and the `paramUse` of
 * each parameter.
 */
export const backwardExecutable = memoized(compileBackward, mostExecutables);
