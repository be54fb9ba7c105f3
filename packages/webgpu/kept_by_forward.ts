import { keptValues, lastScanPullback, type ScanArgs, type ScanKernel } from "@spikeloop/backend";
import type { Expr } from "@spikeloop/expr";
import type { GpuStorage } from "./buffers.ts";

/** Values that forward passes have left for pullbacks, by their arguments. */
export const leftValues = new WeakMap<ScanArgs, readonly GpuStorage[]>();

const byParams = new WeakMap<ScanKernel, Map<string, readonly Expr[]>>();

/**
 * The values of a step from which every pullback follows that may come, where a forward pass leaves
 * them: the gradients of x and the states, of the parameters that are storage, and the output.
 */
export function keptByForward(kernel: ScanKernel, { params }: ScanArgs): readonly Expr[] {
  let known = byParams.get(kernel);
  if (known === undefined) byParams.set(kernel, known = new Map());
  const isNumber = params.map((p) => typeof p === "number");
  let kept = known.get(`${isNumber}`);
  if (kept === undefined) {
    const count = kernel.states.length;
    // The last step's pullback depends on which of the states have a cotangent.
    const roots = Array.from({ length: 2 ** count }, (_, subset) => {
      const read = kernel.states.map((_, i) => (subset >> i) % 2 === 1);
      const pullback = lastScanPullback(kernel, read);
      return [pullback.x, ...pullback.states, ...pullback.params.filter((_, i) => !isNumber[i])];
    });
    const present = roots.flat().filter((root) => root !== undefined);
    known.set(`${isNumber}`, kept = keptValues(kernel, [kernel.out, ...present]));
  }
  return kept;
}
