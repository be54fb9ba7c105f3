import * as e from "@spikeloop/expr";
import { describe } from "@spikeloop/errors";
import {
  broadcastShapes,
  broadcastStrides,
  type Formula,
  makeFormula,
  type MapOperand,
  sameShape,
  type Shape,
} from "@spikeloop/backend";
import { commonBackend, type TensorLike } from "./common_backend.ts";
import { runMap } from "./run_skeletons.ts";
import { activeRules } from "./tape.ts";
import { Tensor } from "./tensor.ts";

const slotNames: string[] = [];

/** The name of the i-th slot of a map. */
function slotName(i: number): string {
  return slotNames[i] ??= `x${i}`;
}

/** Runs a formula. */
export function runFormula(formula: Formula, args: readonly TensorLike[]): Tensor[] {
  const backend = commonBackend(formula.name, args);
  if (backend === undefined) {
    throw new TypeError(
      `Cannot run ${formula.name}: all arguments are numbers, expected at least one tensor`,
    );
  }
  const shape = commonShape(formula.name, args);
  const storages = runMap(backend, formula.kernel, operandsOf(args, shape), shape);
  const node = activeRules()?.formula(formula, args);
  return storages.map((storage, slot) => {
    const binary = formula.binary[slot];
    return node === undefined && !binary
      ? new Tensor(backend, storage, shape)
      : new Tensor(backend, storage, shape, { binary, node, slot });
  });
}

/** The shape that all of `args` broadcast to. */
function commonShape(name: string, args: readonly TensorLike[]): Shape {
  let shape: Shape | undefined;
  for (const x of args) {
    if (typeof x === "number") continue;
    shape = shape === undefined ? x.shape : broadcastShapes(shape, x.shape, name);
  }
  return shape ?? [];
}

/** A tensor that is not stretched is an operand as it is: this is the hot path, so nothing is made for it. */
function operandsOf(args: readonly TensorLike[], shape: Shape): readonly MapOperand[] {
  return args.map((x) =>
    typeof x === "number" || sameShape(x.shape, shape)
      ? x
      : { storage: x.storage, strides: broadcastStrides(x.shape, shape) }
  );
}

/** One expression per result, from one expression per argument. */
export type MapFormula<R extends e.ExprLike | readonly e.ExprLike[]> = (...slots: e.Expr[]) => R;

/**
 * An elementwise operation from a formula over scalar expressions. It runs as one fused kernel, broadcasts, and its
 * gradient is derived. Call it once per formula, not once per use: what is compiled is kept with the result.
 *
 * @param arity How many arguments the formula takes.
 *
 * @example
 * ```ts
 * import { add, exp, mul, neg } from "@spikeloop/expr";
 * import { elementwise, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const gaussian = elementwise("gaussian", 1, (x) => exp(neg(mul(x, x))));
 * assert(gaussian(tensor([0])).item() === 1);
 * ```
 */
export function elementwise(
  name: string,
  arity: number,
  formula: MapFormula<e.ExprLike>,
): (...args: TensorLike[]) => Tensor {
  checkFormula(name, formula);
  const make = formulaMaker(name, arity, (...slots) => [formula(...slots)]);
  return (...args) => runFormula(make(args.length), args)[0];
}

/**
 * The same for a formula with several results, all computed in one pass.
 *
 * @param arity How many arguments the formula takes.
 *
 * @example
 * ```ts
 * import { add, mul, sub } from "@spikeloop/expr";
 * import { elementwiseAll, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const momentum = elementwiseAll("momentum", 3, (w, g, m) => {
 *   const next = add(mul(0.9, m), g);
 *   return [sub(w, mul(0.1, next)), next];
 * });
 * const [weight, moment] = momentum(tensor([1]), tensor([2]), tensor([0]));
 * assert(moment.item() === 2 && Math.abs(weight.item() - 0.8) < 1e-6);
 * ```
 */
export function elementwiseAll(
  name: string,
  arity: number,
  formula: MapFormula<readonly e.ExprLike[]>,
): (...args: TensorLike[]) => Tensor[] {
  checkFormula(name, formula);
  const make = formulaMaker(name, arity, formula);
  return (...args) => runFormula(make(args.length), args);
}

/** Makes the formula when it is first used, and checks the number of arguments. */
function formulaMaker(
  name: string,
  arity: number,
  formula: MapFormula<readonly e.ExprLike[]>,
): (given: number) => Formula {
  let made: Formula | undefined;
  return (given) => {
    if (given !== arity) {
      throw new TypeError(`Cannot run ${name}: given are ${given} arguments, expected ${arity}`);
    }
    if (made === undefined) {
      const inputs = Array.from({ length: arity }, (_, i) => slotName(i));
      made = makeFormula(name, inputs, formula(...inputs.map(e.input)).map(e.toExpr));
    }
    return made;
  };
}

function checkFormula(name: string, formula: unknown): void {
  if (typeof formula !== "function") {
    throw new TypeError(
      `Cannot make the operation "${name}": its formula is ${
        describe(formula)
      }, expected a function of expressions`,
    );
  }
}
