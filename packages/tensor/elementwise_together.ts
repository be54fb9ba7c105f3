import { type Formula, makeFormula, sameShape } from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import type * as e from "@spikeloop/expr";
import { commonBackend, type TensorLike } from "./common_backend.ts";
import { checkArity, type MapFormula, resultsOf, slotNames } from "./elementwise.ts";
import { runMap, runMapTogether } from "./run_skeletons.ts";
import { activeRules } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** An argument of several runs: a number for all of them, or a tensor or number for each. */
export type Arguments = number | readonly TensorLike[];

/**
 * `elementwiseAll` for several sets of arguments, such as the tensors of all layers. It takes one
 * list per argument of the formula, or a number for all sets, and returns one list per result. The
 * tensors of a set have one shape. A GPU computes the sets in one pass where numbers are the same
 * in all of them and no gradient is being taken. The results are those of `elementwiseAll`. For
 * packages that update parameters: it does not check the formula.
 *
 * @param arity The number of arguments of the formula. The operation throws a TypeError at another
 * number of lists, and where lists differ in length, or tensors of a set in shape.
 *
 * @example
 * ```ts
 * import { mul, sub } from "@spikeloop/expr";
 * import { elementwiseTogether, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const descend = elementwiseTogether("descend", 3, (p, g, rate) => [sub(p, mul(rate, g))]);
 * const params = [tensor([1, 2]), tensor([3])];
 * const [[weight, bias]] = descend([params, [tensor([1, 1]), tensor([2])], 0.5]);
 * assert(weight.dataSync().join() === "0.5,1.5" && bias.item() === 2);
 * ```
 */
export function elementwiseTogether(
  name: string,
  arity: number,
  formula: MapFormula<readonly e.ExprLike[]>,
): (args: readonly Arguments[]) => Tensor[][] {
  let shared: Formula | undefined;
  return (args) => {
    checkArity(name, arity, args);
    const lists = args.filter((x) => typeof x !== "number");
    const count = lists[0]?.length ?? 0;
    for (const { length } of lists) {
      if (length !== count) fail(`run ${name}`, `it got lists of ${count} and ${length} arguments`);
    }
    const sets = Array.from(
      { length: count },
      (_, i) => args.map((x) => typeof x === "number" ? x : x[i]),
    );
    shared ??= makeFormula(
      name,
      slotNames(arity),
      resultsOf(arity, (slots) => formula(...slots)),
    );
    const results = runSets(shared, sets);
    return shared.kernel.outputs.map((_, slot) => results.map((result) => result[slot]));
  };
}

/** Checks a set of arguments, and returns a tensor of it. */
function takeSet(name: string, set: readonly TensorLike[]): Tensor {
  commonBackend(name, set);
  let like: Tensor | undefined;
  let fits = true;
  for (const x of set) {
    if (typeof x === "number") continue;
    like ??= x;
    fits &&= sameShape(x.shape, like.shape);
  }
  return like && fits
    ? like
    : fail(`run ${name}`, `it got ${set.join(", ")}, expected tensors of one shape`);
}

/** Runs a formula for sets of arguments, in one pass where that is possible. */
function runSets(formula: Formula, sets: readonly (readonly TensorLike[])[]): Tensor[][] {
  const { name, kernel, binary } = formula;
  const likes = sets.map((set) => takeSet(name, set));
  const rules = activeRules();
  const on = likes[0]?.backend;
  const isOnePass = on?.mapTogether && sets.length > 1 && rules === undefined &&
    likes.every(({ backend }) => backend === on);
  const together = isOnePass ? runMapTogether(on, kernel, sets, likes.map((x) => x.size)) : [];
  return sets.map((set, i) => {
    const { backend, shape } = likes[i];
    const storages = together[i] ?? runMap(backend, kernel, set, shape);
    const tapeIndex = rules?.formula(formula, set);
    return storages.map((s, slot) => new Tensor(backend, s, shape, binary[slot], tapeIndex, slot));
  });
}
