import { checkOptions, fail, takeFlag, takeNumber } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { elementwiseTogether } from "@spikeloop/tensor";
import type { LearningRates } from "./learning_rates.ts";
import { makeOptimizer, type Optimizer } from "./optimizer.ts";

/** The options of `sgd`; the defaults are PyTorch's. */
export interface SgdOptions {
  /** 1e-3 if missing. */
  readonly learningRate?: LearningRates;
  /** μ, the decay of the velocity per update; 0 if missing, and then there is no velocity. */
  readonly momentum?: number;
  /** The share of the gradient that does not enter the velocity; 0 if missing. */
  readonly dampening?: number;
  /** Adds weightDecay · p to the gradient; 0 if missing. */
  readonly weightDecay?: number;
  /** Looks one step ahead along the velocity. Needs momentum and no dampening. */
  readonly nesterov?: boolean;
}

const descend = /* @__PURE__ */ elementwiseTogether(
  "sgd",
  4,
  (p, g, weightDecay, rate) => [e.sub(p, e.mul(rate, e.add(g, e.mul(weightDecay, p))))],
);

const roll = /* @__PURE__ */ elementwiseTogether(
  "sgd",
  8,
  (p, g, velocity, weightDecay, momentum, share, ahead, rate) => {
    const slope = e.add(g, e.mul(weightDecay, p));
    const v = e.add(e.mul(momentum, velocity), e.mul(share, slope));
    const direction = e.select(ahead, e.add(slope, e.mul(momentum, v)), v);
    return [e.sub(p, e.mul(rate, direction)), v];
  },
);

/**
 * Gradient descent with momentum, as `torch.optim.SGD` computes it:
 *
 *     g ← g + weightDecay · p
 *     v ← μ · v + (1 - dampening) · g   (v = g in the first update)
 *     p ← p - η · v
 *
 * or p ← p - η · (g + μ · v) with `nesterov`, or p ← p - η · g without momentum. In the state,
 * `moments.velocity` is v.
 *
 * @throws {TypeError} if an option is unknown or of the wrong kind, or `nesterov` is set without
 * momentum or with dampening.
 * @throws {RangeError} if an option is out of range.
 *
 * @example
 * ```ts
 * import { sgd } from "@spikeloop/functional";
 * import { tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const optimizer = sgd({ learningRate: 0.5, momentum: 0.9 });
 * const params = [tensor([1, 2])];
 * const [next] = optimizer.update(params, [tensor([2, 0])], optimizer.init(params));
 * assert(next[0].dataSync().join() === "0,2");
 * ```
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const action = "make sgd";
  const names = ["learningRate", "momentum", "dampening", "weightDecay", "nesterov"];
  checkOptions(action, options, names);
  const { learningRate = 1e-3, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false } =
    options;
  for (const [name, value] of Object.entries({ momentum, dampening, weightDecay })) {
    takeNumber(action, name, value, { min: 0 });
  }
  if (takeFlag(action, "nesterov", nesterov) && (momentum === 0 || dampening !== 0)) {
    fail(
      action,
      `momentum is ${momentum} and dampening is ${dampening}, expected momentum and no dampening ` +
        "for nesterov",
    );
  }
  return makeOptimizer({
    name: "sgd",
    moments: momentum === 0 ? [] : ["velocity"],
    apply: (rates, step, leaves) => {
      const share = step === 1 ? 1 : 1 - dampening;
      const numbers = [weightDecay, ...momentum === 0 ? [] : [momentum, share, nesterov ? 1 : 0]];
      const run = momentum === 0 ? descend : roll;
      return run([...leaves, ...numbers, rates]);
    },
  }, learningRate);
}
