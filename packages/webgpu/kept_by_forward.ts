import {
  keptValues,
  lastScanPullback,
  memoized,
  type ScanArgs,
  type ScanKernel,
} from "@spikeloop/backend";
import type { Expr } from "@spikeloop/expr";
import type { GpuStorage } from "./buffers.ts";

/** Values that forward passes have left for pullbacks, by their arguments. */
export const leftValues = new WeakMap<ScanArgs, readonly GpuStorage[]>();

/**
 * The values of a step from which every pullback follows that may come: the gradients of x and the
 * states, of the parameters at `storages`, and the output.
 */
const valuesFor = memoized((kernel: ScanKernel, storages): readonly Expr[] => {
  const count = kernel.states.length;
  // The last step's pullback depends on which of the states have a cotangent.
  const roots = Array.from({ length: 2 ** count }, (_, subset) => {
    const read = kernel.states.map((_, i) => (subset >> i) % 2 === 1);
    const pullback = lastScanPullback(kernel, read);
    return [pullback.x, ...pullback.states, ...storages.map((i) => pullback.params[i])];
  });
  const present = roots.flat().filter((root) => root !== undefined);
  return keptValues(kernel, [kernel.out, ...present]);
}, 16);

/** The values that a forward pass leaves for its pullback, where it leaves any. */
export function keptByForward(kernel: ScanKernel, { params }: ScanArgs): readonly Expr[] {
  return valuesFor(kernel, params.flatMap((p, i) => typeof p === "number" ? [] : [i]));
}
