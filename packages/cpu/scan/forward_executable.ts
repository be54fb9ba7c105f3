import type { ScanKernel } from "@spikeloop/backend";
import { memoized } from "../memo.ts";
import { Executable } from "../threads/executable.ts";
import { forward, run } from "./kernels/loops.ts";
import { send } from "./kernels/send.ts";
import { groupsPerBlock, step } from "./kernels/step.ts";
import { blockBytes } from "./kernels/unit_arrays.ts";
import { argumentsAt, scanMemory } from "./memory.ts";
import { type Wiring, wiringOf } from "./wiring.ts";

/** The most executables of a kernel. */
export const mostExecutables = 32;

/** Ways to keep something of every step besides the output. */
export const keeps = { nothing: 0, states: 1, forPullback: 2 };

/** Units that a block of the loop takes. */
export function blockUnits(wiring: Wiring, kept: number): number {
  const groups = kept === keeps.states ? 0 : groupsPerBlock(wiring);
  return groups > 0 ? groups * wiring.group : blockBytes / 4;
}

/**
 * A neuron's time loop, compiled for groups of so many units, one of `keeps`, and the places of
 * the parameters that are given per unit. States are written over those before, or beside them if
 * they are kept; the value for the pullback is written over x.
 */
export const forwardExecutable = memoized(
  (kernel: ScanKernel, [group, kept, ...places]) => {
    const wiring = wiringOf(group, kernel.binary);
    const perUnit = kernel.params.map((_, i) => places.includes(i));
    const inPlace = kept !== keeps.states;
    const sends = inPlace && groupsPerBlock(wiring) > 0;
    const keptValue = kept === keeps.forPullback ? kernel.left : undefined;
    const functions = [
      step(kernel, { perUnit, wiring, out: true, inPlace, keptValue, sends }),
      ...(sends ? [] : [send(wiring)]),
      run({ step: 0, send: group > 0 && !sends ? 1 : undefined }),
    ];
    functions.push(forward({ run: functions.length - 1 }));
    const executable = new Executable(functions, scanMemory().memory);
    return { executable, calls: [executable.call("forward", argumentsAt)] };
  },
  mostExecutables,
);
