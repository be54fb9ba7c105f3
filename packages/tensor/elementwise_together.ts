import { type Backend, type Formula, sameShape } from "@spikeloop/backend";
import type * as e from "@spikeloop/expr";
import type { TensorLike } from "./common_backend.ts";
import { checkArity, formulaOf, type MapFormula, runFormula } from "./elementwise.ts";
import { runMapTogether } from "./run_skeletons.ts";
import { activeRules } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/**
 * `elementwiseAll` for several sets of arguments, such as the tensors of all layers. A GPU computes
 * them in one pass where the tensors of a set have one shape, numbers are the same in all sets, and
 * no gradient is being taken. The results of the sets are those of `elementwiseAll`. For packages
 * that update parameters: it does not check the formula.
 *
 * @param arity The number of arguments of the formula. The operation throws a TypeError where a set
 * has another.
 *
 * @example
 * ```ts
 * import { mul, sub } from "@spikeloop/expr";
 * import { elementwiseTogether, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const descend = elementwiseTogether("descend", 3, (p, g, rate) => [sub(p, mul(rate, g))]);
 * const [[weight], [bias]] = descend([
 *   [tensor([1, 2]), tensor([1, 1]), 0.5],
 *   [tensor([3]), tensor([2]), 0.5],
 * ]);
 * assert(weight.dataSync().join() === "0.5,1.5" && bias.item() === 2);
 * ```
 */
export function elementwiseTogether(
  name: string,
  arity: number,
  formula: MapFormula<readonly e.ExprLike[]>,
): (sets: readonly (readonly TensorLike[])[]) => Tensor[][] {
  let shared: Formula | undefined;
  return (sets) => {
    for (const args of sets) checkArity(name, arity, args);
    const known = shared ??= formulaOf(name, arity, (slots) => formula(...slots));
    return runTogether(known, sets) ?? sets.map((args) => runFormula(known, [...args]));
  };
}

/** Runs a formula for all sets in one pass; undefined where that isn't possible. */
function runTogether(
  { kernel, binary }: Formula,
  sets: readonly (readonly TensorLike[])[],
): Tensor[][] | undefined {
  const [first] = sets;
  const backend = first?.find((x) => x instanceof Tensor)?.backend;
  if (!backend?.mapTogether || sets.length < 2 || activeRules() !== undefined) return undefined;
  const likes = new Array<Tensor>(sets.length);
  for (let s = 0; s < sets.length; s++) {
    const like = fittingTensor(backend, sets[s], first);
    if (like === undefined) return undefined;
    likes[s] = like;
  }
  const operands = first.map((x, slot) =>
    typeof x === "number" ? x : sets.map((args) => (args[slot] as Tensor).storage)
  );
  const lengths = likes.map((x) => x.size);
  const results = runMapTogether(backend, kernel, operands, lengths);
  return results &&
    sets.map((_, s) =>
      results.map((storages, slot) =>
        new Tensor(backend, storages[s], likes[s].shape, binary[slot])
      )
    );
}

/**
 * The first tensor of a set, whose shape all of its tensors have; undefined if it doesn't fit the
 * first set.
 */
function fittingTensor(
  backend: Backend,
  args: readonly TensorLike[],
  first: readonly TensorLike[],
): Tensor | undefined {
  let like: Tensor | undefined;
  for (let slot = 0; slot < args.length; slot++) {
    const x = args[slot];
    if (!(x instanceof Tensor)) {
      if (!Object.is(x, first[slot])) return undefined;
      continue;
    }
    like ??= x;
    const fits = first[slot] instanceof Tensor && x.backend === backend &&
      sameShape(x.shape, like.shape);
    if (!fits) return undefined;
  }
  return like;
}
