import * as e from "@spikeloop/expr";
import { elementwiseTogether } from "@spikeloop/tensor";
import { perRate } from "./learning_rates.ts";
import { adamFormula, type AdamOptions, makeAdam } from "./make_adam.ts";
import type { Optimizer } from "./optimizer.ts";

const shrinking = /* @__PURE__ */ elementwiseTogether(
  "adamW",
  11,
  (p, g, mean, meanSquare, share, ...rest) =>
    adamFormula(e.mul(p, share), g, mean, meanSquare, ...rest),
);

/**
 * Adam with decoupled weight decay, as `torch.optim.AdamW` computes it: before the update of
 * `adam`, which does not see the decay,
 *
 *     p ← p · (1 - η · weightDecay)
 *
 * with learning rate η. Its options are those of `adam`, but `weightDecay` is 0.01 if missing.
 *
 * Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
 *
 * @throws {TypeError} if an option is unknown or of the wrong kind.
 * @throws {RangeError} if an option is out of range.
 *
 * @example
 * ```ts
 * import { adamW } from "@spikeloop/functional";
 * import { tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const optimizer = adamW({ learningRate: 0.1, weightDecay: 0.5 });
 * const params = { w: tensor([1]) };
 * const [next] = optimizer.update(params, { w: tensor([0]) }, optimizer.init(params));
 * assert(Math.abs(next.w.item() - 0.95) < 1e-6);
 * ```
 */
export function adamW(options: AdamOptions = {}): Optimizer {
  return makeAdam(
    "adamW",
    options,
    0.01,
    () => shrinking,
    (rates, weightDecay) => [perRate(rates, (rate) => 1 - rate * weightDecay)],
  );
}
