import {
  broadcastShapes,
  broadcastStrides,
  type Formula,
  makeFormula,
  type MapOperand,
  RecentMap,
  sameShape,
  type Shape,
} from "@spikeloop/backend";
import {
  checkOptions,
  fail,
  refuse,
  takeFlag,
  takeFunction,
  takeNumber,
  takeText,
} from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { commonBackend, type TensorLike } from "./common_backend.ts";
import { runMap } from "./run_skeletons.ts";
import { activeRules } from "./tape.ts";
import { Tensor } from "./tensor.ts";

const slotNames: string[] = [];

/** The name of a formula's i-th argument. */
function slotName(i: number): string {
  return slotNames[i] ??= `x${i}`;
}

/**
 * Runs a formula.
 *
 * @throws {TypeError} if the arguments are not tensors and numbers on one backend, or do not
 * broadcast.
 */
export function runFormula(formula: Formula, args: readonly TensorLike[]): Tensor[] {
  const backend = commonBackend(formula.name, args);
  if (backend === undefined) {
    fail(`run ${formula.name}`, "all arguments are numbers, expected at least one tensor");
  }
  const shape = commonShape(formula.name, args);
  const storages = runMap(backend, formula.kernel, operandsOf(args, shape), shape);
  const place = activeRules()?.formula(formula, args);
  const results = new Array<Tensor>(storages.length);
  for (let i = 0; i < results.length; i++) {
    results[i] = new Tensor(backend, storages[i], shape, formula.binary[i], place, i);
  }
  return results;
}

/** The shape that all of `args` broadcast to. */
export function commonShape(name: string, args: readonly TensorLike[]): Shape {
  let shape: Shape | undefined;
  for (let i = 0; i < args.length; i++) {
    const x = args[i];
    if (typeof x === "number") continue;
    shape = shape === undefined ? x.shape : broadcastShapes(shape, x.shape, name);
  }
  return shape ?? [];
}

/** A tensor that is not stretched is its own operand: on this hot path, nothing is allocated. */
function operandsOf(args: readonly TensorLike[], shape: Shape): readonly MapOperand[] {
  let operands: MapOperand[] | undefined;
  for (let i = 0; i < args.length; i++) {
    const x = args[i];
    if (typeof x === "number" || sameShape(x.shape, shape)) continue;
    operands ??= args.slice();
    operands[i] = { storage: x.storage, strides: broadcastStrides(x.shape, shape) };
  }
  return operands ?? args;
}

/** From one expression per argument to the expressions of the results. */
export type MapFormula<R extends e.ExprLike | readonly e.ExprLike[]> = (...slots: e.Expr[]) => R;

/** Options of `elementwise`. */
export interface ElementwiseOptions {
  /**
   * The plain numbers in the formula are arguments of its kernel instead of constants. Then
   * formulas that differ in numbers alone share a kernel, for example surrogates whose sharpness
   * changes. False if missing.
   */
  readonly numbersAsInputs?: boolean;
}

/**
 * An elementwise operation from a formula over scalar expressions. It runs as one fused kernel,
 * broadcasts, and has a derived gradient. Call `elementwise` once per formula, not once per use:
 * the result keeps the compiled kernel. Operations of the same name and formula share it.
 *
 * @param arity The number of arguments of the formula.
 * @throws {TypeError} if `formula` is no function, or an option is unknown or of the wrong kind.
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
  options: ElementwiseOptions = {},
): (...args: TensorLike[]) => Tensor {
  const run = elementwiseOf(name, arity, formula, options);
  return withFormula((...args: TensorLike[]) => run(args), arity, formula, options);
}

/** The formulas of operations of one argument. */
const unaryFormulas = /* @__PURE__ */ new WeakMap<object, (x: e.Expr) => e.Expr>();

/** Notes the formula of an operation, and returns the operation. */
export function withFormula<F extends object>(
  operation: F,
  arity: number,
  formula: MapFormula<e.ExprLike>,
  { numbersAsInputs }: ElementwiseOptions = {},
): F {
  if (arity === 1 && !numbersAsInputs) {
    unaryFormulas.set(operation, (x) => e.toExpr(formula(x)));
  }
  return operation;
}

/**
 * Returns the formula of an operation of one tensor, such as `relu` or one of `elementwise`, so
 * that it becomes part of other code; undefined for any other function.
 *
 * @example
 * ```ts
 * import { evaluate, input } from "@spikeloop/expr";
 * import { formulaOf, relu } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const formula = formulaOf(relu);
 * assertEquals(formula && evaluate(formula(input("x")), { x: -2 }), 0);
 * assertEquals(formulaOf((x: number) => x), undefined);
 * ```
 */
export function formulaOf(operation: object): ((x: e.Expr) => e.Expr) | undefined {
  return unaryFormulas.get(operation);
}

/**
 * `elementwise` for a list of arguments. Rest parameters get another hidden class in V8 when their
 * function is optimized, and all that reads them is compiled once more.
 */
export function elementwiseOf(
  name: string,
  arity: number,
  formula: MapFormula<e.ExprLike>,
  options: ElementwiseOptions = {},
): (args: readonly TensorLike[]) => Tensor {
  const numbersAsInputs = checkDefinition(name, arity, formula, options);
  const run = runner(name, arity, (...slots) => [formula(...slots)], numbersAsInputs);
  return (args) => run(args)[0];
}

/**
 * `elementwise` for a formula with several results, which one pass computes.
 *
 * @param arity The number of arguments of the formula.
 * @throws {TypeError} if `formula` is no function, or an option is unknown or of the wrong kind.
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
  options: ElementwiseOptions = {},
): (...args: TensorLike[]) => Tensor[] {
  const run = runner(name, arity, formula, checkDefinition(name, arity, formula, options));
  return (...args) => run(args);
}

/** The formulas used last, by their structure. */
const formulas = /* @__PURE__ */ new RecentMap<Formula>(64);

/** The most arguments and numbers of a formula, whose subsets are bit masks. */
const mostInputs = 31;

/** Checks the number of arguments, and makes the formula when it first runs. */
function runner(
  name: string,
  arity: number,
  formula: MapFormula<readonly e.ExprLike[]>,
  numbersAsInputs: boolean,
): (args: readonly TensorLike[]) => Tensor[] {
  let structure: { readonly formula: Formula; readonly numbers: readonly number[] } | undefined;
  return (args) => {
    if (args.length !== arity) {
      fail(`run ${name}`, `it got ${args.length} arguments, expected ${arity}`);
    }
    structure ??= structureOf(name, arity, formula, numbersAsInputs);
    const { numbers } = structure;
    return runFormula(structure.formula, numbers.length === 0 ? args : [...args, ...numbers]);
  };
}

/** The formula of an operation, shared by those of one structure, and the numbers in it. */
export function structureOf(
  name: string,
  arity: number,
  formula: MapFormula<readonly e.ExprLike[]>,
  numbersAsInputs: boolean,
): { readonly formula: Formula; readonly numbers: readonly number[] } {
  const slots = Array.from({ length: arity }, (_, i) => slotName(i));
  const build = () => {
    const outputs: unknown = formula(...slots.map(e.input));
    if (!Array.isArray(outputs)) {
      refuse(`run ${name}`, "the result of its formula", outputs, "an array of expressions");
    }
    return Array.from(outputs, e.toExpr);
  };
  const open = numbersAsInputs ? e.numbersAsInputs(build) : undefined;
  const { result, numbers } = open !== undefined && arity + open.numbers.length <= mostInputs
    ? open
    : { result: build(), numbers: [] };
  const inputs = [...slots, ...numbers.map((_, i) => e.numberName(i))];
  const key = `${inputs.length}:${result.map((output) => output.id)}:${name}`;
  const shared = formulas.get(key) ?? formulas.set(key, makeFormula(name, inputs, result));
  return { formula: shared, numbers };
}

/** Checks a formula and its options, and returns whether its numbers are inputs. */
export function checkDefinition(
  name: string,
  arity: number,
  formula: (...slots: never[]) => unknown,
  options: ElementwiseOptions,
): boolean {
  const action = `make the operation "${takeText("make an operation", "its name", name)}"`;
  takeFunction(action, "its formula", formula, "a function of expressions");
  takeNumber(action, "its number of arguments", arity, { min: 0, max: mostInputs, integer: true });
  checkOptions(action, options, ["numbersAsInputs"]);
  return takeFlag(action, "numbersAsInputs", options.numbersAsInputs ?? false);
}
