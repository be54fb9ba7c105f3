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

/** The names of a formula's arguments. */
export function slotNames(arity: number): string[] {
  return Array.from({ length: arity }, (_, i) => `x${i}`);
}

/**
 * Runs a formula.
 *
 * @throws {TypeError} if the arguments are not tensors and numbers on one backend, or do not
 * broadcast.
 */
export function runFormula(formula: Formula, args: readonly TensorLike[]): Tensor[] {
  const isPlain = areAlike(args);
  const backend = isPlain ? args[0].backend : commonBackend(formula.name, args);
  if (backend === undefined) {
    fail(`run ${formula.name}`, "all arguments are numbers, expected at least one tensor");
  }
  const shape = isPlain ? args[0].shape : commonShape(formula.name, args);
  const operands = isPlain ? args : operandsOf(args, shape);
  const storages = runMap(backend, formula.kernel, operands, shape);
  const tapeIndex = activeRules()?.formula(formula, args);
  const results = new Array<Tensor>(storages.length);
  for (let i = 0; i < results.length; i++) {
    results[i] = new Tensor(backend, storages[i], shape, formula.binary[i], tapeIndex, i);
  }
  return results;
}

/** Whether all arguments are tensors of one shape on one backend, as most are. */
function areAlike(args: readonly TensorLike[]): args is readonly Tensor[] {
  const first = args[0];
  if (!(first instanceof Tensor)) return false;
  for (let i = 1; i < args.length; i++) {
    const x = args[i];
    if (!(x instanceof Tensor) || x.backend !== first.backend) return false;
    if (!sameShape(x.shape, first.shape)) return false;
  }
  return true;
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
  const run = define(name, arity, formula, (slots) => [formula(...slots)], options);
  const apply = (...args: TensorLike[]) => run(args)[0];
  // Other code may contain the formula, as the code of actors does.
  return arity === 1 && !options.numbersAsInputs ? Object.assign(apply, { formula }) : apply;
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
  const build = (slots: e.Expr[]) => {
    const outputs: unknown = formula(...slots);
    return Array.isArray(outputs)
      ? outputs
      : refuse(`run ${name}`, "the result of its formula", outputs, "an array of expressions");
  };
  const run = define(name, arity, formula, build, options);
  return (...args) => run(args);
}

/** Checks the definition of an operation, and makes it. */
function define(
  name: string,
  arity: number,
  formula: unknown,
  build: Build,
  options: ElementwiseOptions,
): (args: readonly TensorLike[]) => Tensor[] {
  const action = `make the operation "${takeText("make an operation", "its name", name)}"`;
  takeFunction(action, "its formula", formula, "a function of expressions");
  takeNumber(action, "its number of arguments", arity, { min: 0, max: mostInputs, integer: true });
  checkOptions(action, options, ["numbersAsInputs"]);
  const isOpen = takeFlag(action, "numbersAsInputs", options.numbersAsInputs ?? false);
  const run = (isOpen ? openOperation : operation)(name, arity, build);
  return (args) => {
    const { length } = args;
    if (length !== arity) fail(`run ${name}`, `args.length is ${length}, expected ${arity}`);
    return run(args);
  };
}

/** The formulas used last, by their structure. */
const formulas = /* @__PURE__ */ new RecentMap<Formula>(64);

/** The most arguments and numbers of a formula, whose subsets are bit masks. */
const mostInputs = 31;

/** From the expressions of the arguments to those of the results. */
export type Build = (slots: e.Expr[]) => readonly e.ExprLike[];

/**
 * An operation whose definition and number of arguments are known to be right, as those of this
 * package are. It makes the formula when it first runs.
 *
 * It takes a list of arguments, since rest parameters get another hidden class in V8 when their
 * function is optimized, and all that reads them is compiled once more.
 *
 * @example
 * ```ts
 * import { mul } from "@spikeloop/expr";
 * import { operation, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const square = operation("square", 1, ([x]) => [mul(x, x)]);
 * assert(square([tensor(3)])[0].item() === 9);
 * ```
 */
export function operation(
  name: string,
  arity: number,
  build: Build,
): (args: readonly TensorLike[]) => Tensor[] {
  let formula: Formula | undefined;
  return (args) =>
    runFormula(formula ??= sharedFormula(name, slotNames(arity), resultsOf(arity, build)), args);
}

/**
 * The same, with the plain numbers in the definition as arguments of its kernel, unless they are
 * too many: see `ElementwiseOptions.numbersAsInputs`.
 *
 * @example
 * ```ts
 * import { mul } from "@spikeloop/expr";
 * import { openOperation, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const twice = openOperation("twice", 1, ([x]) => [mul(x, 2)]);
 * assert(twice([tensor(3)])[0].item() === 6);
 * ```
 */
export function openOperation(
  name: string,
  arity: number,
  build: Build,
): (args: readonly TensorLike[]) => Tensor[] {
  let numbers: readonly number[] = [];
  let formula: Formula | undefined;
  return (args) => {
    if (formula === undefined) {
      const open = e.numbersAsInputs(() => resultsOf(arity, build));
      const isOpen = arity + open.numbers.length <= mostInputs;
      if (isOpen) numbers = open.numbers;
      const inputs = [...slotNames(arity), ...numbers.map((_, i) => e.numberName(i))];
      formula = sharedFormula(name, inputs, isOpen ? open.result : resultsOf(arity, build));
    }
    return runFormula(formula, [...args, ...numbers]);
  };
}

/**
 * `operation` for results over inputs of any names. It takes a list with an argument per name.
 *
 * @example
 * ```ts
 * import { input, mul } from "@spikeloop/expr";
 * import { operationOf, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const square = operationOf("square", ["v"], [mul(input("v"), input("v"))]);
 * assert(square([tensor(3)])[0].item() === 9);
 * ```
 */
export function operationOf(
  name: string,
  inputs: readonly string[],
  results: readonly e.Expr[],
): (args: readonly TensorLike[]) => Tensor[] {
  const formula = sharedFormula(name, inputs, results);
  return (args) => runFormula(formula, args);
}

/** The results of a formula. */
export function resultsOf(arity: number, build: Build): e.Expr[] {
  return Array.from(build(slotNames(arity).map(e.makeInput)), e.toExpr);
}

/** The formula of these results, one for all operations of its structure. */
function sharedFormula(
  name: string,
  inputs: readonly string[],
  results: readonly e.Expr[],
): Formula {
  const key = `${inputs}:${results.map(({ id }) => id)}:${name}`;
  return formulas.get(key) ?? formulas.set(key, makeFormula(name, inputs, results));
}
