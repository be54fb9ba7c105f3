import { describe } from "@spikeloop/errors";
import {
  mapTree,
  type Tensor,
  type Tree,
  treeFromLeaves,
  treeLeaves,
  zeros,
} from "@spikeloop/tensor";
import { checkNumber } from "./check.ts";
import { matchLeaves } from "./match_leaves.ts";

/** The learning rate, or one that depends on the number of the update, from 1. */
export type LearningRate = number | ((step: number) => number);

/** What an optimizer remembers. */
export interface OptimizerState<P extends Tree> {
  /** How many updates there have been. */
  readonly step: number;
  /** Running averages, by name, each a tree of the parameters' form. */
  readonly moments: Readonly<Record<string, P>>;
}

/** Turns gradients into better parameters. It holds no state, and nothing given to it is written to. */
export interface Optimizer {
  /**
   * The state before the first update.
   *
   * @throws {TypeError} if `params` is not a tree of tensors.
   */
  init<P extends Tree>(params: P): OptimizerState<P>;
  /**
   * The parameters one update later, and the state for the next one.
   *
   * @throws {TypeError} if `grads` or `state` differ from `params` in names or shapes.
   */
  update<P extends Tree>(
    params: P,
    grads: P,
    state: OptimizerState<P>,
  ): [params: P, state: OptimizerState<P>];
}

/** How an optimizer moves one tensor. */
export interface OptimizerRule {
  /** For messages. */
  readonly name: string;
  /** What it remembers of every tensor. */
  readonly moments: readonly string[];
  /** From a tensor, its gradient and its moments: the tensor and its moments afterwards. */
  apply(rate: number, step: number, tensors: readonly Tensor[]): readonly Tensor[];
}

/** An optimizer over any tree, from its rule for one tensor. */
export function makeOptimizer(rule: OptimizerRule, learningRate: LearningRate): Optimizer {
  const { name } = rule;
  if (typeof learningRate !== "function") {
    checkNumber(name, "learningRate", learningRate, { min: 0 });
  }
  return Object.freeze<Optimizer>({
    init: (params) => ({
      step: 0,
      moments: Object.fromEntries(
        rule.moments.map((m) => [
          m,
          mapTree((p) => zeros(p.shape, { backend: p.backend }), params),
        ]),
      ),
    }),
    update: <P extends Tree>(params: P, grads: P, state: OptimizerState<P>) => {
      if (!Number.isInteger(state?.step) || typeof state.moments !== "object") {
        throw new TypeError(
          `Cannot run ${name}: the state is ${
            describe(state)
          }, expected one made with init(params)`,
        );
      }
      const step = state.step + 1;
      const rate = typeof learningRate === "function" ? learningRate(step) : learningRate;
      checkNumber(name, "learningRate", rate, { min: 0 });
      const values = treeLeaves(params, "params");
      const slopes = matchLeaves(name, "grads", params, grads);
      const before = rule.moments.map((m) =>
        matchLeaves(name, `state.moments.${m}`, params, state.moments[m])
      );
      const after = values.map((p, i) =>
        rule.apply(rate, step, [p, slopes[i], ...before.map((b) => b[i])])
      );
      const tree = (j: number) => treeFromLeaves(params, after.map((a) => a[j]));
      const moments = Object.fromEntries(rule.moments.map((m, j) => [m, tree(1 + j)]));
      return [tree(0), { step, moments }];
    },
  });
}
