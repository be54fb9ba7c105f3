import type { ScanKernel, ScanWants } from "@spikeloop/backend";
import { memoized } from "../memo.ts";
import { Executable } from "../threads/executable.ts";
import { keptExecutables } from "./forward_executable.ts";
import { keptValue } from "./kept_value.ts";
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

function compile(
  kernel: ScanKernel,
  [group, gOut, weights, bySets, ...uses]: readonly number[],
) {
  const wiring = wiringOf(group, kernel.binary);
  const perUnit = uses.map((use) => use % 2 === 1);
  const params = uses.map((use) => wants[use >> 1]);
  const lateral = group > 0;
  const wanted = wantedParams(kernel, params);
  /** The wanted parameters to sum over time and batch, by place in `wanted`. */
  const sums = wanted.flatMap((i, slot) => params[i] === "sum" ? [slot] : []);
  const kept = keptValue(kernel, backwardRoots(kernel, params));
  const isKept = kept !== undefined;
  const functions = {
    step: step(kernel, { perUnit, wiring, out: wiring.form === "dense", inPlace: isKept, kept }),
    send: send(wiring),
    backStep: backStep(kernel, { perUnit, lateral, gOut: gOut === 1, params, kept }),
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
    run({ step: places.step, send: lateral ? places.send : undefined }, isKept),
    back(places, { lateral, isKept, weights: weights === 1, sums }),
    backward({ ...places, merge: bySets === 1 ? places.merge : undefined }),
  ], scanMemory().memory);
  const call = (name: string) => [executable.call(name, argumentsAt)];
  /** `run` takes a slab forward, `backward` a tile forward and back. */
  const calls = { run: call("run"), backward: call("backward") };
  return { wiring, wanted, sums, isKept, executable, calls };
}

/**
 * A neuron's pullback, compiled for groups of so many units, whether outputs have cotangents,
 * whether gradients of weights are wanted, whether these are summed by sets, and the `paramUse` of
 * each parameter.
 */
export const backwardExecutable = memoized(compile, keptExecutables);
