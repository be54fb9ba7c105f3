import { checkOptions, refuse, takeCount, takeOneOf } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { type Key, takeKey, uniform } from "@spikeloop/random";
import {
  broadcastTo,
  elementwise,
  exp,
  reshape,
  stopGradient,
  Tensor,
  tensor,
} from "@spikeloop/tensor";

function checkSteps(name: string, x: unknown, timeSteps: number): asserts x is Tensor {
  if (!(x instanceof Tensor)) refuse(`run ${name}`, "x", x, "a tensor");
  takeCount(`run ${name}`, "timeSteps", timeSteps);
}

const fires = /* @__PURE__ */ elementwise("poissonEncoder", 2, (p, noise) => e.less(noise, p));

/**
 * Encodes numbers as rates: every step has a spike with probability x, independent of the others. A
 * number of 0 or less never fires, one of 1 or more always. The shape goes from [...] to [T, ...].
 *
 * Source: SpikingJelly's `PoissonEncoder`, snnTorch's `spikegen.rate`.
 *
 * @throws {TypeError} if x is not a tensor, or `timeSteps` not a number.
 * @throws {RangeError} if `timeSteps` is not an integer of at least 1.
 *
 * @example
 * ```ts
 * import { poissonEncoder } from "@spikeloop/encoding";
 * import { key } from "@spikeloop/random";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const spikes = poissonEncoder(key(0), tensor([0, 1]), 4);
 * assertEquals([...spikes.dataSync()], [0, 1, 0, 1, 0, 1, 0, 1]);
 * ```
 */
export function poissonEncoder(key: Key, x: Tensor, timeSteps: number): Tensor {
  takeKey("run poissonEncoder", "the first argument", key);
  checkSteps("poissonEncoder", x, timeSteps);
  const { backend } = x;
  return fires(stopGradient(x), uniform(key, [timeSteps, ...x.shape], { backend }));
}

/** The options of `latencyEncoder`. */
export interface LatencyOptions {
  /**
   * The time of the spike of x. `"linear"`: (T - 1)(1 - x). `"log"`: T - 1 - ln(α x + 1) with
   * α = exp(T - 1) - 1. Linear if missing.
   */
  readonly mode?: "linear" | "log";
}

const modes = ["linear", "log"] as const;

/** Fires once, at the time of x, which is limited to [0, 1]. */
const atTime = (time: (x: e.Expr, last: e.Expr, least: e.Expr) => e.Expr) =>
  elementwise("latencyEncoder", 4, (x, t, last, least) => {
    const limited = e.max(e.min(x, 1), 0);
    return e.equal(t, e.round(time(limited, last, least)));
  });

const linear = /* @__PURE__ */ atTime((x, last) => e.mul(last, e.sub(1, x)));

/**
 * T - 1 - ln(α x + 1), written as -ln(x + (1 - x) · least) with least = exp(1 - T), so that many
 * steps do not overflow. If `least` underflows to 0, x = 0 fires at the last step.
 */
const logarithmic = /* @__PURE__ */ atTime((x, last, least) =>
  e.min(last, e.neg(e.log(e.add(x, e.mul(e.sub(1, x), least)))))
);

/**
 * Encodes numbers as times: every x in [0, 1] fires once, larger numbers earlier; 1 fires at the
 * first step, 0 at the last. Numbers outside of [0, 1] count as the nearer end, NaN never fires.
 * Times are rounded to the nearest step, half to even. The shape goes from [...] to [T, ...].
 *
 * Source: SpikingJelly's `LatencyEncoder`; snnTorch's `spikegen.latency` has a time constant
 * instead of T.
 *
 * @throws {TypeError} if x is not a tensor, or `timeSteps` not a number.
 * @throws {RangeError} if `timeSteps` is not an integer of at least 1, or there is no such mode.
 *
 * @example
 * ```ts
 * import { latencyEncoder } from "@spikeloop/encoding";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const spikes = latencyEncoder(tensor([1, 0.5, 0]), 3);
 * assertEquals([...spikes.dataSync()], [1, 0, 0, 0, 1, 0, 0, 0, 1]);
 * ```
 */
export function latencyEncoder(
  x: Tensor,
  timeSteps: number,
  options: LatencyOptions = {},
): Tensor {
  checkSteps("latencyEncoder", x, timeSteps);
  checkOptions("run latencyEncoder", options, ["mode"]);
  const { mode = "linear" } = options;
  takeOneOf("run latencyEncoder", "mode", mode, modes);
  const times = Float32Array.from({ length: timeSteps }, (_, t) => t);
  const { backend } = x;
  const t = tensor(times, [timeSteps, ...x.shape.map(() => 1)], { backend });
  const last = timeSteps - 1;
  const flat = broadcastTo(reshape(stopGradient(x), [1, ...x.shape]), [timeSteps, ...x.shape]);
  const least = exp(tensor(-last, [], { backend }));
  return (mode === "log" ? logarithmic : linear)(flat, t, last, least);
}
