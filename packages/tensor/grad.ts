import { type Backend, sameShape, showShape } from "@spikeloop/backend";
import { cpu, KeptValues } from "@spikeloop/cpu";
import { describe, fail, takeFunction } from "@spikeloop/errors";
import { checkTensor } from "./check_tensor.ts";
import { commonBackend, type TensorLike } from "./common_backend.ts";
import { zerosLike } from "./create.ts";
import { formulaRule } from "./formula_rule.ts";
import { add } from "./functions.ts";
import type { GradientRules } from "./gradient_rules.ts";
import { closeScope, keepResult, openScope } from "./memory_scope.ts";
import { oneOn } from "./one.ts";
import { scanRule } from "./scan_rule.ts";
import { stepsRule } from "./steps_rule.ts";
import { stretchTo } from "./sum.ts";
import {
  isAfter,
  isOnTape,
  operationAt,
  reaches,
  Recording,
  recordOnTape,
  trackedCopy,
} from "./recording.ts";
import { isRecording } from "./tape.ts";
import { Tensor } from "./tensor.ts";
import { type AnyTree, type Differentiable, mapLeaves, type Tree, treeLeaves } from "./tree.ts";

/** The rules of operations whose gradients take more code than the operations do. */
const gradientRules: GradientRules = {
  record: recordOnTape,
  isTracked: isOnTape,
  formula: formulaRule,
  scan: scanRule,
  forPullback: (kernel) => new KeptValues(kernel),
  steps: stepsRule,
};

/**
 * Walks the tape backwards from the scalar `value` to the `count` leaves, the first of which is at
 * `first`, and leaves their cotangents there.
 *
 * @throws {TypeError} if the value depends on none of the leaves.
 */
function walkBack(value: Tensor, first: number, count: number): void {
  accumulate(value, oneOn(value.backend), first);
  for (let tapeIndex = value.tapeIndex; tapeIndex >= first + count; tapeIndex--) {
    const { pullback, inputs, data, cotangents } = operationAt(tapeIndex);
    if (!isAny(cotangents)) continue;
    const gradients = pullback(cotangents, inputs, data);
    for (let i = 0; i < inputs.length; i++) {
      const g = gradients[i];
      if (g !== undefined) accumulate(inputs[i], g, first);
    }
    for (let i = 0; i < cotangents.length; i++) cotangents[i] = undefined;
  }
  for (let i = 0; i < count; i++) if (isAny(operationAt(first + i).cotangents)) return;
  if (count === 0 || reaches([value], first, first, first + count)) return;
  fail(
    "take a gradient",
    "the value depends on no parameter, so that every gradient would be 0; make it of the " +
      "parameters that the function gets: bind inside the function that grad differentiates",
  );
}

/** Adds to the cotangent of `x`, if it was made at `first` or after. */
function accumulate(x: TensorLike | undefined, g: Tensor, first: number): void {
  if (!isAfter(x, first)) return;
  const { cotangents, stretches } = operationAt(x.tapeIndex);
  const before = cotangents[x.slot];
  const sum = before === undefined ? g : add(before, g);
  const fits = stretches || sameShape(sum.shape, x.shape);
  cotangents[x.slot] = fits ? sum : stretchTo(sum, x.shape);
}

function isAny(cotangents: readonly (Tensor | undefined)[]): boolean {
  for (let i = 0; i < cotangents.length; i++) if (cotangents[i] !== undefined) return true;
  return false;
}

const storagesOf = (tree: Tree) => treeLeaves(tree).map((x) => x.storage);

type AnyFunction = (params: Tree, ...rest: unknown[]) => unknown;

/**
 * Checks that a value is a function.
 *
 * @throws {TypeError} if it is not.
 */
export function checkFunction(name: string, f: unknown): void {
  takeFunction(`run ${name}`, "the argument", f);
}

function checkScalar(value: unknown): asserts value is Tensor {
  if (!(value instanceof Tensor)) {
    const result = value instanceof Promise
      ? "a promise (the function must not be async)"
      : describe(value);
    fail("take a gradient", `the function returned ${result}, expected a scalar tensor`);
  }
  if (value.shape.length !== 0) {
    const shape = showShape(value.shape);
    fail(
      "take a gradient",
      `the function returned a tensor of shape ${shape}, expected a scalar of shape []; use sum or mean`,
    );
  }
}

const noTrees: Tree[] = [];

// Functions that are the same for all gradients, so that none makes closures.
let leafBackend: Backend | undefined;
let isMixed = false;
/** The tape index of the next leaf. */
let leafIndex = 0;

function trackLeaf(x: Tensor): Tensor {
  leafBackend ??= x.backend;
  isMixed ||= x.backend !== leafBackend;
  return trackedCopy(x);
}

function gradientOfLeaf(x: Tensor): Tensor {
  const gradient = operationAt(leafIndex++).cotangents[0];
  return gradient === undefined ? zerosLike(x) : keepResult(gradient);
}

/**
 * Runs `f` on tracked copies of the tensors in `params`, and walks back. Returns `[value,
 * gradients]`, or, where `f` returns `[loss, aux]`, `[value, aux, gradients]`.
 */
function differentiate(
  f: AnyFunction,
  hasAux: boolean,
  params: Tree,
  rest: readonly unknown[],
): Tree[] {
  // Tensors made inside another gradient are needed until that ends.
  const isInner = isRecording();
  const recording = new Recording(gradientRules);
  let scope: Backend | undefined;
  let results = noTrees;
  try {
    leafBackend = undefined;
    isMixed = false;
    const tracked = mapLeaves(trackLeaf, params, "params");
    const backend = leafBackend;
    if (isMixed) commonBackend("grad", treeLeaves(params));
    const { first, end } = recording;
    if (!isInner) scope = backend;
    if (scope !== undefined) openScope(scope);
    const result = rest.length === 0 ? f(tracked) : f(tracked, ...rest);
    if (hasAux && !Array.isArray(result)) {
      fail("take a gradient", `the function returned ${describe(result)}, expected [loss, aux]`);
    }
    const value = hasAux ? (result as unknown[])[0] : result;
    checkScalar(value);
    recording.turn();
    walkBack(value, first, end - first);
    leafIndex = first;
    const gradients = mapLeaves(gradientOfLeaf, params);
    results = hasAux
      ? [keepResult(value), mapLeaves(keepResult, (result as Tree[])[1]), gradients]
      : [keepResult(value), gradients];
    return results;
  } finally {
    recording.close();
    if (scope !== undefined) closeScope(scope, scope === cpu ? [] : storagesOf(results));
  }
}

/**
 * From a function to one that returns `[value, aux, gradients]`. `f` returns `[loss, aux]`, where
 * `aux` is a tree of further tensors (new state, spikes). See `valueAndGrad`.
 *
 * @throws {TypeError} if `f` is no function, or does not return `[loss, aux]`.
 * @throws {TypeError} if the value depends on no parameter at all: `bind` outside the function
 * takes parameters for constants, `bind` inside it does not.
 * @throws {TypeError} if `params` is not a tree of tensors, or the loss is not a scalar tensor.
 *
 * @example
 * ```ts
 * import { mul, sum, tensor, valueAuxAndGrad } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const f = valueAuxAndGrad((w) => {
 *   const squares = mul(w, w);
 *   return [sum(squares), { squares }];
 * });
 * const [value, { squares }, gradient] = f(tensor([1, 2]));
 * assertEquals(value.item(), 5);
 * assertEquals([...squares.dataSync()], [1, 4]);
 * assertEquals([...gradient.dataSync()], [2, 4]);
 * ```
 */
export function valueAuxAndGrad<
  P extends Tree = AnyTree,
  Rest extends unknown[] = [],
  A extends Tree = Tree,
>(
  f: (params: P, ...rest: Rest) => readonly [Tensor, A],
): <Q extends Differentiable<P>>(params: Q, ...rest: Rest) => [Tensor, A, Q] {
  checkFunction("valueAuxAndGrad", f);
  return (params, ...rest) =>
    differentiate(f as AnyFunction, true, params, rest) as [Tensor, A, typeof params];
}

/**
 * From a function to one that returns `[value, gradients]`, the gradients ∂f/∂params by
 * reverse-mode differentiation. `params` is any tree (record or array) of tensors, and the
 * gradients have the same tree. `f` may loop, branch and call every function of tensors; it must
 * return a scalar. Further arguments are passed on as constants.
 *
 * @throws {TypeError} if `f` is no function.
 * @throws {TypeError} if the value depends on no parameter at all: `bind` outside the function
 * takes parameters for constants, `bind` inside it does not.
 * @throws {TypeError} if `params` is not a tree of tensors, or the result is not a scalar tensor.
 *
 * @example
 * ```ts
 * import { mul, sum, tensor, valueAndGrad } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const [value, grads] = valueAndGrad((p) => sum(mul(p.w, p.w)))({ w: tensor([1, 2]) });
 * assert(value.item() === 5 && grads.w.dataSync()[1] === 4);
 * ```
 */
export function valueAndGrad<P extends Tree = AnyTree, Rest extends unknown[] = []>(
  f: (params: P, ...rest: Rest) => Tensor,
): <Q extends Differentiable<P>>(params: Q, ...rest: Rest) => [Tensor, Q] {
  checkFunction("valueAndGrad", f);
  return (params, ...rest) =>
    differentiate(f as AnyFunction, false, params, rest) as [Tensor, typeof params];
}

/**
 * From a function to one that returns the gradients alone: see `valueAndGrad`. Nest it for
 * gradients of gradients.
 *
 * @throws {TypeError} if `f` is no function.
 * @throws {TypeError} if the value depends on no parameter at all: `bind` outside the function
 * takes parameters for constants, `bind` inside it does not.
 * @throws {TypeError} if `params` is not a tree of tensors, or the result is not a scalar tensor.
 *
 * @example
 * ```ts
 * import { grad, mul, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const slope = grad((x) => mul(x, mul(x, x)));
 * assert(slope(tensor(2)).item() === 12);
 * assert(grad(slope)(tensor(2)).item() === 12);
 * ```
 */
export function grad<P extends Tree = AnyTree, Rest extends unknown[] = []>(
  f: (params: P, ...rest: Rest) => Tensor,
): <Q extends Differentiable<P>>(params: Q, ...rest: Rest) => Q {
  checkFunction("grad", f);
  return (params, ...rest) =>
    differentiate(f as AnyFunction, false, params, rest)[1] as typeof params;
}

/**
 * `x` as a constant: no gradient flows through it.
 *
 * @throws {TypeError} if x is no tensor.
 *
 * @example
 * ```ts
 * import { grad, mul, stopGradient, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const slope = grad((x) => mul(x, stopGradient(x))); // not 2x
 * assertEquals(slope(tensor(3)).item(), 3);
 * ```
 */
export function stopGradient(x: Tensor): Tensor {
  checkTensor("stopGradient", "x", x);
  return new Tensor(x.backend, x.storage, x.shape, x.binary);
}
