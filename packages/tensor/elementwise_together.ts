import { type Backend, type Formula, sameShape } from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import type * as e from "@spikeloop/expr";
import type { TensorLike } from "./common_backend.ts";
import { checkArity, formulaOf, type MapFormula, runFormula } from "./elementwise.ts";
import { runMapTogether } from "./run_skeletons.ts";
import { activeRules } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** An argument of several runs: a number for all of them, or a tensor or number for each. */
export type Arguments = number | readonly TensorLike[];

/**
 * `elementwiseAll` for several sets of arguments, such as the tensors of all layers. It takes one
 * list per argument of the formula, or a number for all sets, and returns one list per result. A
 * GPU computes the sets in one pass where the tensors of a set have one shape, numbers are the same
 * in all sets, and no gradient is being taken. The results are those of `elementwiseAll`. For
 * packages that update parameters: it does not check the formula.
 *
 * @param arity The number of arguments of the formula. The operation throws a TypeError at another
 * number of lists, and where lists differ in length.
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
    shared ??= formulaOf(name, arity, (slots) => formula(...slots));
    return runTogether(shared, args, count) ?? runApart(shared, args, count);
  };
}

/** Runs a formula for each set. */
function runApart(formula: Formula, args: readonly Arguments[], count: number): Tensor[][] {
  const results = formula.kernel.outputs.map((): Tensor[] => []);
  for (let i = 0; i < count; i++) {
    const set = args.map((x) => typeof x === "number" ? x : x[i]);
    runFormula(formula, set).forEach((result, slot) => results[slot].push(result));
  }
  return results;
}

/** Runs a formula for all sets in one pass; undefined where that isn't possible. */
function runTogether(
  { kernel, binary }: Formula,
  args: readonly Arguments[],
  count: number,
): Tensor[][] | undefined {
  const likes = args.find((x): x is readonly Tensor[] =>
    typeof x !== "number" && x[0] instanceof Tensor
  );
  const backend = likes?.[0].backend;
  if (!likes || !backend?.mapTogether || count < 2 || activeRules() !== undefined) return undefined;
  const operands = new Array<number | Tensor["storage"][]>(args.length);
  for (let slot = 0; slot < args.length; slot++) {
    const operand = operandOf(backend, args[slot], likes);
    if (operand === undefined) return undefined;
    operands[slot] = operand;
  }
  const results = runMapTogether(backend, kernel, operands, likes.map((x) => x.size));
  return results?.map((storages, slot) =>
    storages.map((s, i) => new Tensor(backend, s, likes[i].shape, binary[slot]))
  );
}

/** The operand of a pass; undefined if numbers differ, or a tensor isn't like those of its set. */
function operandOf(
  backend: Backend,
  list: Arguments,
  likes: readonly TensorLike[],
): number | Tensor["storage"][] | undefined {
  if (typeof list === "number") return list;
  const [first] = list;
  if (typeof first === "number") return list.every((x) => Object.is(x, first)) ? first : undefined;
  const storages = new Array<Tensor["storage"]>(list.length);
  for (let i = 0; i < list.length; i++) {
    const [x, like] = [list[i], likes[i]];
    const fits = x instanceof Tensor && like instanceof Tensor && x.backend === backend &&
      sameShape(x.shape, like.shape);
    if (!fits) return undefined;
    storages[i] = x.storage;
  }
  return storages;
}
