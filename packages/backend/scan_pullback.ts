import { constant, type Expr, makeInput, vjp } from "@spikeloop/expr";
import { withoutDenormals } from "./without_denormals.ts";
import { hostArray } from "./host_storage.ts";
import type { ScanArgs, ScanCotangents, ScanKernel } from "./skeletons.ts";
import type { Storage } from "./storage.ts";

/**
 * A step's pullback as expressions over the step's inputs and the cotangents `"g.out"` and
 * `"g.<state>"`; undefined stands for zero.
 */
export interface ScanPullback {
  /** dL/dx */
  readonly x: Expr | undefined;
  /** dL/d(state before the step), in the order of the kernel's states. */
  readonly states: readonly (Expr | undefined)[];
  /** dL/d(parameter) of one unit at one step, in the order of the kernel's parameters. */
  readonly params: readonly (Expr | undefined)[];
}

const pullbacks = new WeakMap<ScanKernel, ScanPullback>();

/**
 * The pullback of a time step; the first call derives it by `vjp`.
 *
 * @example A leaky integrator, v = decay·v + x, and its derivative by v.
 * ```ts
 * import { add, evaluate, input, mul } from "@spikeloop/expr";
 * import { defineScan, scanPullback } from "@spikeloop/backend";
 * import { assertEquals } from "@std/assert";
 *
 * const v = add(mul(input("v"), input("decay")), input("x"));
 * const states = ["v"];
 * const params = ["decay"];
 * const kernel = defineScan({ name: "leak", states, params, out: v, next: [v], binary: false });
 * const [gradient] = scanPullback(kernel).states;
 * assertEquals(gradient && evaluate(gradient, { decay: 0.5, "g.out": 1, "g.v": 1 }), 1);
 * ```
 */
export function scanPullback(kernel: ScanKernel): ScanPullback {
  let pullback = pullbacks.get(kernel);
  if (pullback === undefined) pullbacks.set(kernel, pullback = derive(kernel));
  return pullback;
}

/**
 * The pullback of the last time step where some states have no cotangent: what the loss does not
 * read has no gradient, also where a factor is infinite and 0 · ∞ would be NaN.
 *
 * @param read Per state, whether it has a cotangent.
 */
export function lastScanPullback(kernel: ScanKernel, read: readonly boolean[]): ScanPullback {
  return read.includes(false) ? derive(kernel, read) : scanPullback(kernel);
}

/**
 * Whether a state that the loss does not read may have made a NaN of the gradient of x: 0 · ∞ at
 * the last step. Then the pullback is to be run again, with `lastScanPullback`.
 *
 * @param gx The gradient, [T, N, D].
 */
export function hasUnreadNaN(
  { states }: ScanKernel,
  { batch, units }: ScanArgs,
  cotangents: ScanCotangents,
  gx: Storage,
): boolean {
  let isUnread = false;
  for (let i = 0; i < states.length; i++) isUnread ||= cotangents.state[i] === undefined;
  return isUnread && hostArray(gx).includes(NaN, gx.length - batch * units);
}

function derive(
  { states, params, out, next, flushDenormal }: ScanKernel,
  read?: readonly boolean[],
): ScanPullback {
  const outputs = [
    { value: out, cotangent: makeInput("g.out") },
    ...next.map((value, i) => ({
      value,
      cotangent: read?.[i] === false ? constant(0) : makeInput(`g.${states[i]}`),
    })),
  ];
  const gradients = vjp(outputs, ["x", ...states, ...params].map(makeInput));
  const [x, ...ofStates] = gradients.slice(0, 1 + states.length)
    .map((g) => g && flushDenormal ? withoutDenormals(g) : g);
  return {
    x,
    states: ofStates,
    params: gradients.slice(1 + states.length),
  };
}
