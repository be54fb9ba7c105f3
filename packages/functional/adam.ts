import { checkOptions, takeList, takeNumber } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { elementwiseAll, type MapFormula } from "@spikeloop/tensor";
import { type LearningRate, makeOptimizer, type Optimizer } from "./optimizer.ts";

/** The options of `adam`; the defaults are PyTorch's. */
export interface AdamOptions {
  /** 1e-3 if missing. */
  readonly learningRate?: LearningRate;
  /** β₁ and β₂, the decays of the running averages of g and g²; [0.9, 0.999] if missing. */
  readonly betas?: readonly [number, number];
  /** Keeps the denominator from 0; 1e-8 if missing. */
  readonly epsilon?: number;
  /** Adds weightDecay · p to the gradient; 0 if missing. */
  readonly weightDecay?: number;
}

const formula: MapFormula<readonly e.ExprLike[]> = (
  p,
  g,
  mean,
  meanSquare,
  beta1Rest,
  beta2,
  beta2Rest,
  stepSize,
  correction,
  epsilon,
) => {
  const m = e.add(mean, e.mul(beta1Rest, e.sub(g, mean)));
  const s = e.add(e.mul(meanSquare, beta2), e.mul(e.mul(beta2Rest, g), g));
  const denominator = e.add(e.div(e.sqrt(s), correction), epsilon);
  return [e.sub(p, e.div(e.mul(stepSize, m), denominator)), m, s];
};

const plain = /* @__PURE__ */ elementwiseAll("adam", 10, formula);
const decaying = /* @__PURE__ */ elementwiseAll(
  "adam",
  11,
  (p, g, mean, meanSquare, weightDecay, ...rest) =>
    formula(p, e.add(g, e.mul(weightDecay, p)), mean, meanSquare, ...rest),
);

/**
 * Adam, as `torch.optim.Adam` computes it:
 *
 *     g ← g + weightDecay · p,   m ← m + (1 - β₁)(g - m),   s ← β₂ · s + (1 - β₂) · g²
 *     p ← p - η / (1 - β₁ᵗ) · m / (√s / √(1 - β₂ᵗ) + ε)
 *
 * for update t = 1, 2, ... with learning rate η. One kernel per tensor; the bias corrections are
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
  const action = "make adam";
  checkOptions(action, options, ["learningRate", "betas", "epsilon", "weightDecay"]);
  const { learningRate = 1e-3, betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0 } = options;
  const [beta1, beta2] = takeList(action, "betas", betas, takeBeta, 2);
  takeNumber(action, "epsilon", epsilon, { min: 0 });
  takeNumber(action, "weightDecay", weightDecay, { min: 0 });
  return makeOptimizer({
    name: "adam",
    moments: ["mean", "meanSquare"],
    apply: (rate, step, tensors) => {
      const stepSize = rate / (1 - beta1 ** step);
      const correction = Math.sqrt(1 - beta2 ** step);
      const scalars = [1 - beta1, beta2, 1 - beta2, stepSize, correction, epsilon];
      return weightDecay === 0
        ? plain(...tensors, ...scalars)
        : decaying(...tensors, weightDecay, ...scalars);
    },
  }, learningRate);
}

function takeBeta(action: string, name: string, value: unknown): number {
  return takeNumber(action, name, value, { min: 0, below: 1 });
}
