import type { Expr } from "@spikeloop/expr";
import { keptValues } from "./kept_values.ts";
import { scanPullback } from "./scan_pullback.ts";
import type { ScanKernel } from "./skeletons.ts";

/**
 * The one value of a step that its pullback needs instead of x, states and noise, where one is
 * enough (`keptValues`). Such a pullback keeps it for every step and not the states, and does not
 * compute it twice.
 *
 * @param roots What the pullback computes.
 *
 * @example An integrator without reset keeps its membrane.
 * ```ts
 * import { add, input, mul } from "@spikeloop/expr";
 * import { defineScan, keptValueOf } from "@spikeloop/backend";
 * import { assertEquals } from "@std/assert";
 *
 * const v = add(input("v"), input("x"));
 * const kernel = defineScan(
 *   { name: "", states: ["v"], params: [], out: v, next: [v], binary: false },
 * );
 * assertEquals(keptValueOf(kernel, [mul(v, v)]), v);
 * ```
 */
export function keptValueOf(kernel: ScanKernel, roots: readonly Expr[]): Expr | undefined {
  const values = keptValues(kernel, roots);
  return values.length === 1 && values[0].tag !== "input" ? values[0] : undefined;
}

/** The kept value from which the output follows too, so that a forward pass can keep it. */
function valueForPullback(kernel: ScanKernel): Expr | undefined {
  const { x, states } = scanPullback(kernel);
  return keptValueOf(kernel, [kernel.out, x, ...states].filter((root) => root !== undefined));
}

const keepingKernels = new WeakMap<ScanKernel, ScanKernel>();

/** The kernel with the value that its forward pass keeps for the pullback: `kept`. */
export function keepingKernel(kernel: ScanKernel): ScanKernel {
  let keeping = keepingKernels.get(kernel);
  if (keeping === undefined) {
    keepingKernels.set(kernel, keeping = { ...kernel, kept: valueForPullback(kernel) });
  }
  return keeping;
}
