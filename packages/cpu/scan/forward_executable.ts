import type { ScanKernel } from "@spikeloop/backend";
import { memoized } from "../memo.ts";
import { Executable } from "../threads/executable.ts";
import { forward, run } from "./kernels/loops.ts";
import { send } from "./kernels/send.ts";
import { groupsPerBlock, step } from "./kernels/step.ts";
import { blockBytes } from "./kernels/unit_arrays.ts";
import { argumentsAt, scanMemory } from "./memory.ts";
import { wiringOf } from "./wiring.ts";

/** The most executables of a kernel. */
export const mostExecutables = 32;

/**
 * A neuron's time loop, compiled for groups of so many units, traced or not, and the places of
 * the parameters that are given per unit. A traced one writes each state beside the one before,
 * others write over it.
 */
export const forwardExecutable = memoized(
  (kernel: ScanKernel, [group, isTraced, ...places]) => {
    const wiring = wiringOf(group, kernel.binary);
    const perUnit = kernel.params.map((_, i) => places.includes(i));
    const sends = !isTraced && groupsPerBlock(wiring) > 0;
    const functions = [
      step(kernel, { perUnit, wiring, out: true, inPlace: !isTraced, sends }),
      ...(sends ? [] : [send(wiring)]),
      run({ step: 0, send: group > 0 && !sends ? 1 : undefined }, false),
    ];
    functions.push(forward({ run: functions.length - 1 }));
    const executable = new Executable(functions, scanMemory().memory);
    /** Units that a block of the loop takes. */
    const blockUnits = sends ? groupsPerBlock(wiring) * group : blockBytes / 4;
    return { executable, calls: [executable.call("forward", argumentsAt)], blockUnits };
  },
  mostExecutables,
);
