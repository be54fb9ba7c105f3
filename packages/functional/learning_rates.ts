import { checkOptions, fail, isRecord, takeNumber } from "@spikeloop/errors";
import { type Tree, treeLeaves } from "@spikeloop/tensor";

/**
 * The learning rate, or a function of the number of the update (1, 2, ...) that returns it, such as
 * `cosineDecay({ ... })`.
 */
export type LearningRate = number | ((step: number) => number);

/** One learning rate for all parameters, or one per top-level name of the parameters. */
export type LearningRates = LearningRate | Readonly<Record<string, LearningRate>>;

/** The rate of all tensors of a tree, or one per leaf. */
export type LeafRates = number | readonly number[];

/** Returns the rates of the tensors of `params` in one update. */
type RateReader = (params: Tree, step: number) => LeafRates;

/** A number that follows from the rate, for all tensors or for each. */
export const perRate = (rates: LeafRates, f: (rate: number) => number): LeafRates =>
  typeof rates === "number" ? f(rates) : rates.map(f);

/**
 * Checks learning rates, and makes the function that reads them.
 *
 * @param name The optimizer, for messages.
 * @throws {TypeError} if a rate is neither a number nor a function.
 * @throws {RangeError} if one is negative or not finite.
 */
export function rateReader(name: string, rates: LearningRates): RateReader {
  const action = `run ${name}`;
  const check = (rate: unknown, label: string) => {
    if (typeof rate !== "function") takeNumber(`make ${name}`, label, rate, { min: 0 });
  };
  const evaluate = (rate: LearningRate, step: number, label: string) =>
    takeNumber(action, label, typeof rate === "function" ? rate(step) : rate, { min: 0 });
  if (!isRecord(rates)) {
    check(rates, "learningRate");
    return (_, step) => evaluate(rates, step, "learningRate");
  }
  for (const part of Object.keys(rates)) check(rates[part], `learningRate.${part}`);
  return (params, step) => {
    const parts = isRecord(params) ? Object.entries<Tree>(params) : [];
    checkOptions(action, rates, parts.map(([part]) => part), "learning rate");
    return parts.flatMap(([part, tree]) => {
      const count = treeLeaves(tree).length;
      if (count === 0) return [];
      if (!Object.hasOwn(rates, part)) {
        fail(action, `learningRate has no "${part}", expected a rate for it; 0 leaves it as it is`);
      }
      return new Array<number>(count).fill(evaluate(rates[part], step, `learningRate.${part}`));
    });
  };
}
