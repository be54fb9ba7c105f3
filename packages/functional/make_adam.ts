// The common part of `adam` and `adamW`.
import { checkOptions, takeList, takeNumber } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import type { Arguments, MapFormula, Tensor } from "@spikeloop/tensor";
import { type LeafRates, type LearningRates, perRate } from "./learning_rates.ts";
import { makeOptimizer, type Optimizer } from "./optimizer.ts";

/** The options of `adam` and `adamW`; the defaults are PyTorch's. */
export interface AdamOptions {
  /** 1e-3 if missing. */
  readonly learningRate?: LearningRates;
  /** β₁ and β₂, the decays of the running averages of g and g²; [0.9, 0.999] if missing. */
  readonly betas?: readonly [number, number];
  /** Keeps the denominator from 0; 1e-8 if missing. */
  readonly epsilon?: number;
  /** `adam` adds weightDecay · p to the gradient, `adamW` shrinks p; 0 and 0.01 if missing. */
  readonly weightDecay?: number;
}

/** One update of a parameter and its two averages. */
export const adamFormula: MapFormula<readonly e.ExprLike[]> = (
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

/**
 * Makes an optimizer of the family.
 *
 * @param decay The weight decay where the options have none.
 * @param run Returns the kernel of one update, for the tensors of all leaves.
 * @param decayOf The argument for the weight decay, after the tensors; none if empty.
 */
export function makeAdam(
  name: string,
  options: AdamOptions,
  decay: number,
  run: (weightDecay: number) => (args: readonly Arguments[]) => Tensor[][],
  decayOf: (rates: LeafRates, weightDecay: number) => readonly LeafRates[],
): Optimizer {
  const action = `make ${name}`;
  checkOptions(action, options, ["learningRate", "betas", "epsilon", "weightDecay"]);
  const { learningRate = 1e-3, betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = decay } =
    options;
  const [beta1, beta2] = takeList(action, "betas", betas, takeBeta, 2);
  takeNumber(action, "epsilon", epsilon, { min: 0 });
  takeNumber(action, "weightDecay", weightDecay, { min: 0 });
  const update = run(weightDecay);
  return makeOptimizer({
    name,
    moments: ["mean", "meanSquare"],
    apply: (rates, step, leaves) => {
      const correction = Math.sqrt(1 - beta2 ** step);
      const meanCorrection = 1 - beta1 ** step;
      const stepSize = perRate(rates, (rate) => rate / meanCorrection);
      const numbers = [1 - beta1, beta2, 1 - beta2, stepSize, correction, epsilon];
      return update([...leaves, ...decayOf(rates, weightDecay), ...numbers]);
    },
  }, learningRate);
}

function takeBeta(action: string, name: string, value: unknown): number {
  return takeNumber(action, name, value, { min: 0, below: 1 });
}
