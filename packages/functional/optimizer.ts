import { checkOptions, takeNumber } from "@spikeloop/errors";
import { type Tensor, type Tree, treeLeaves, treeLike, zerosLike } from "@spikeloop/tensor";
import { type LeafRates, type LearningRates, rateReader } from "./learning_rates.ts";
import { matchLeaves } from "./match_leaves.ts";

/** The memory of an optimizer between two updates. */
export type OptimizerState<P extends Tree> = {
  /** The number of updates so far. */
  readonly step: number;
  /** Running averages by name, each a tree like the parameters. */
  readonly moments: Readonly<Record<string, P>>;
};

/** Moves parameters along their gradients. It has no state and writes to none of its arguments. */
export interface Optimizer {
  /**
   * Returns the state before the first update.
   *
   * @throws {TypeError} if `params` is not a tree of tensors.
   */
  init<P extends Tree>(params: P): OptimizerState<P>;
  /**
   * Returns the parameters after one update, and the state for the next one.
   *
   * @throws {TypeError} if `grads` or `state` differ from `params` in names or shapes.
   * @throws {RangeError} if the step of the state is not an integer of at least 0.
   */
  update<P extends Tree>(
    params: P,
    grads: P,
    state: OptimizerState<P>,
  ): [params: P, state: OptimizerState<P>];
}

/** The rule of an optimizer. */
export interface OptimizerRule {
  /** For messages. */
  readonly name: string;
  /** The names of the running averages of every tensor. */
  readonly moments: readonly string[];
  /**
   * From the lists of tensors, gradients and moments to those of tensors and moments after the
   * update.
   */
  apply(
    rates: LeafRates,
    step: number,
    leaves: readonly (readonly Tensor[])[],
  ): readonly (readonly Tensor[])[];
}

/** Makes an optimizer of any tree from its rule. */
export function makeOptimizer(rule: OptimizerRule, learningRate: LearningRates): Optimizer {
  const { name } = rule;
  const readRates = rateReader(name, learningRate);
  const momentsLike = <P extends Tree>(params: P): Record<string, P> =>
    Object.fromEntries(rule.moments.map((m) => [m, params]));
  return Object.freeze<Optimizer>({
    init: <P extends Tree>(params: P) => {
      const like = momentsLike(params);
      return { step: 0, moments: treeLike(like, treeLeaves(like).map(zerosLike)) };
    },
    update: <P extends Tree>(params: P, grads: P, state: OptimizerState<P>) => {
      const action = `run ${name}`;
      const noun = "the step of the state from init(params)";
      const step = 1 + takeNumber(action, noun, state?.step, { min: 0, integer: true });
      const values = treeLeaves(params, "params");
      const rates = readRates(params, step);
      const leaves = [values, matchLeaves(name, "grads", params, grads)];
      checkOptions(action, state.moments, rule.moments, "moment");
      const like = momentsLike(params);
      const moments = matchLeaves(name, "state.moments", like, state.moments);
      const { length } = values;
      rule.moments.forEach((_, i) => leaves.push(moments.slice(i * length, (i + 1) * length)));
      const [after, ...moved] = rule.apply(rates, step, leaves);
      return [treeLike(params, after), {
        step,
        moments: treeLike(like, moved.flat()),
      }];
    },
  });
}
