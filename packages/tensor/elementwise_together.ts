import { type Formula, makeFormula } from "@spikeloop/backend";
import type * as e from "@spikeloop/expr";
import { commonBackend, type TensorLike } from "./common_backend.ts";
import { type MapFormula, resultsOf, slotNames } from "./elementwise.ts";
import { runMap, runMapTogether } from "./run_skeletons.ts";
import { activeRules } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** An argument of several runs: a number for all of them, or a tensor or number for each. */
export type Arguments = number | readonly TensorLike[];

/**
 * `elementwiseAll` for several sets of arguments, such as the tensors of all layers. It takes one
 * list per argument of the formula, or a number for all sets, and returns one list per result. The
 * first list has tensors, the others are as long, and the tensors of a set have one shape. A GPU
 * computes the sets in one pass where numbers are the same in all of them and no gradient is being
 * taken. The results are those of `elementwiseAll`. For packages that update parameters: it checks
 * neither the formula nor shapes. The operation throws a TypeError if the tensors of a set are on
 * several backends.
 *
 * @param arity The number of arguments of the formula.
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
    const firsts = args[0] as readonly Tensor[];
    const sets = firsts.map((_, i) => args.map((x) => typeof x === "number" ? x : x[i]));
    shared ??= makeFormula(
      name,
      slotNames(arity),
      resultsOf(arity, (slots) => formula(...slots)),
    );
    return runSets(shared, firsts, sets);
  };
}

/**
 * Runs a formula for sets of arguments that start with `firsts`, in one pass where possible, and
 * returns one list per result.
 */
function runSets(
  formula: Formula,
  firsts: readonly Tensor[],
  sets: readonly (readonly TensorLike[])[],
): Tensor[][] {
  const { kernel, binary } = formula;
  for (const set of sets) commonBackend(formula.name, set);
  const rules = activeRules();
  const on = firsts[0]?.backend;
  const isOnePass = on?.mapTogether && sets.length > 1 && !rules &&
    firsts.every(({ backend }) => backend === on);
  const together = isOnePass ? runMapTogether(on, kernel, sets, firsts.map((x) => x.size)) : [];
  const results: Tensor[][] = binary.map(() => []);
  for (let i = 0; i < sets.length; i++) {
    const { backend, shape } = firsts[i];
    const storages = together[i] ?? runMap(backend, kernel, sets[i], shape);
    const tapeIndex = rules?.formula(formula, sets[i]);
    for (let slot = 0; slot < storages.length; slot++) {
      results[slot][i] = new Tensor(backend, storages[slot], shape, binary[slot], tapeIndex, slot);
    }
  }
  return results;
}
