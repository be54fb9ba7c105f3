import * as e from "@spikeloop/expr";
import { elementwiseTogether } from "@spikeloop/tensor";
import { adamFormula, type AdamOptions, makeAdam } from "./make_adam.ts";
import type { Optimizer } from "./optimizer.ts";

const plain = /* @__PURE__ */ elementwiseTogether("adam", 10, adamFormula);
const decaying = /* @__PURE__ */ elementwiseTogether(
  "adam",
  11,
  (p, g, mean, meanSquare, weightDecay, ...rest) =>
    adamFormula(p, e.add(g, e.mul(weightDecay, p)), mean, meanSquare, ...rest),
);

/**
 * Adam, as `torch.optim.Adam` computes it:
 *
 *     g ← g + weightDecay · p,   m ← m + (1 - β₁)(g - m),   s ← β₂ · s + (1 - β₂) · g²
 *     p ← p - η / (1 - β₁ᵗ) · m / (√s / √(1 - β₂ᵗ) + ε)
 *
 * for update t = 1, 2, ... with learning rate η. One pass over all tensors; bias corrections are
 * computed in double precision. In the state, `moments.mean` is m and `moments.meanSquare` is s.
 *
 * Source: Kingma and Ba, "Adam: a method for stochastic optimization", 2015.
 *
 * @throws {TypeError} if an option is unknown or of the wrong kind.
 * @throws {RangeError} if an option is out of range.
 *
 * @example
 * ```ts
 * import { adam } from "@spikeloop/functional";
 * import { mul, sum, tensor, type Tensor, valueAndGrad } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const optimizer = adam({ learningRate: 0.1 });
 * let params = { w: tensor([1, -2]) };
 * let state = optimizer.init(params);
 * const lossAndGrad = valueAndGrad((p: { w: Tensor }) => sum(mul(p.w, p.w)));
 * for (let i = 0; i < 100; i++) {
 *   const [, grads] = lossAndGrad(params);
 *   [params, state] = optimizer.update(params, grads, state);
 * }
 * assert(Math.abs(params.w.dataSync()[1]) < 0.1);
 * ```
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return makeAdam(
    "adam",
    options,
    0,
    (weightDecay) => weightDecay === 0 ? plain : decaying,
    (_, weightDecay) => weightDecay === 0 ? [] : [weightDecay],
  );
}
