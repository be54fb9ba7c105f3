import { hostArray, showShape, type Storage } from "@spikeloop/backend";
import { closeLate, cpu, lateGather, lateMap, openLate } from "@spikeloop/cpu";
import { describe, fail, takeFunction } from "@spikeloop/errors";
import { simdSupported } from "@spikeloop/expr/wasm";
import { checkTensor } from "./check_tensor.ts";
import { commonBackend } from "./common_backend.ts";
import { filledStorage, zerosLike } from "./create.ts";
import { formulaRule } from "./formula_rule.ts";
import { add } from "./functions.ts";
import type { GradientRules } from "./gradient_rules.ts";
import { bringLate, type LateSkeletons } from "./late_skeletons.ts";
import { scanRule } from "./scan_rule.ts";
import { stepsRule } from "./steps_rule.ts";
import { broadcastTo } from "./sum.ts";
import { isRecording, isTracked, operationAt, operationOf, walkBack, withTape } from "./tape.ts";
import { Tensor } from "./tensor.ts";
import {
  type AnyTree,
  type Differentiable,
  mapLeaves,
  type Tree,
  treeFromLeaves,
  treeLeaves,
} from "./tree.ts";

/** The rules of operations whose gradients take more code than the operations do. */
const gradientRules: GradientRules = { formula: formulaRule, scan: scanRule, steps: stepsRule };

/**
 * The gradients of the scalar `value` by the tracked `leaves`: walks the tape backwards to the
 * first leaf, which is at `first`.
 */
function pullBack(
  value: Tensor,
  leaves: readonly Tensor[],
  first: number,
): (Tensor | undefined)[] {
  const last = operationOf(value)?.index ?? -1;
  // Per operation from the first leaf on: the cotangents of its results, until it has been visited.
  const cotangents = new Array<(Tensor | undefined)[] | undefined>(Math.max(last - first + 1, 0));
  const accumulate = (x: Tensor | undefined, g: Tensor | undefined) => {
    if (x === undefined || g === undefined) return;
    const operation = operationOf(x);
    if (operation === undefined || operation.index < first) return;
    const slots = cotangents[operation.index - first] ??= [];
    const before = slots[x.slot];
    const sum = before === undefined ? g : add(before, g);
    slots[x.slot] = operation.stretches ? sum : broadcastTo(sum, x.shape);
  };
  const { backend } = value;
  accumulate(value, new Tensor(backend, filledStorage(backend, [], 1), []));
  const end = first + leaves.length;
  for (let i = last; i >= end; i--) {
    const { pullback, inputs } = operationAt(i);
    const slots = cotangents[i - first];
    if (slots === undefined || pullback === undefined) continue;
    const gradients = pullback(slots);
    cotangents[i - first] = undefined;
    for (let j = 0; j < inputs.length; j++) accumulate(inputs[j], gradients[j]);
  }
  let isFound = leaves.length === 0;
  const found = new Array<Tensor | undefined>(leaves.length);
  for (let i = 0; i < leaves.length; i++) {
    found[i] = cotangents[i]?.[0];
    isFound ||= found[i] !== undefined;
  }
  if (!isFound && !reaches(value, first, leaves.length)) {
    fail(
      "take a gradient",
      "the value depends on no parameter, so that every gradient would be 0; make it of the " +
        "parameters that the function gets: bind inside the function that grad differentiates",
    );
  }
  return found;
}

/** Whether `value` was made of one of the `count` leaves, the first of which is at `first`. */
function reaches(value: Tensor, first: number, count: number): boolean {
  const open = [value];
  const seen = new Set<object>();
  for (const x of open) {
    const operation = operationOf(x);
    if (operation === undefined || operation.index < first || seen.has(operation)) continue;
    if (operation.index < first + count) return true;
    seen.add(operation);
    for (const input of operation.inputs) if (input !== undefined) open.push(input);
  }
  return false;
}

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

const lateSkeletons: LateSkeletons = { backend: cpu, map: lateMap, gather: lateGather };

/** `x` without the node of a recording that has ended, and computed. */
function untracked(x: Tensor): Tensor {
  if (x.backend === cpu) hostArray(x.storage);
  return x.node === undefined || isTracked(x)
    ? x
    : new Tensor(x.backend, x.storage, x.shape, { binary: x.binary });
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
  return <Q extends Differentiable<P>>(params: Q, ...rest: Rest) => {
    const leaves = treeLeaves(params, "params");
    const backend = commonBackend("grad", leaves);
    // Tensors made inside another gradient are needed until that ends.
    const scope = isRecording() ? undefined : backend;
    scope?.openScope?.();
    const isLate = scope === cpu && simdSupported();
    if (isLate) {
      openLate();
      bringLate(lateSkeletons);
    }
    const keep: Storage[] = [];
    try {
      const [value, aux, found] = withTape(leaves, gradientRules, (tracked) => {
        const result = f(treeFromLeaves<Tree>(params, tracked) as P, ...rest);
        if (!Array.isArray(result)) {
          fail(
            "take a gradient",
            `the function returned ${describe(result)}, expected [loss, aux]`,
          );
        }
        const [value, aux]: readonly [Tensor, A] = result;
        checkScalar(value);
        const found = walkBack(tracked, (first) => pullBack(value, tracked, first));
        return [value, aux, found] as const;
      });
      const gradients = leaves.map((x, i) => {
        const gradient = found[i];
        return gradient === undefined ? zerosLike(x) : untracked(gradient);
      });
      const results: [Tensor, A, Q] = [
        untracked(value),
        mapLeaves(untracked, aux),
        treeFromLeaves(params, gradients),
      ];
      if (scope?.closeScope) keep.push(...treeLeaves(results).map((x) => x.storage));
      return results;
    } finally {
      scope?.closeScope?.(keep);
      if (isLate) {
        bringLate(undefined);
        closeLate();
      }
    }
  };
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
  const withAux = valueAuxAndGrad((params: P, ...rest: Rest) => [f(params, ...rest), []] as const);
  return (params, ...rest) => {
    const [value, , gradients] = withAux(params, ...rest);
    return [value, gradients];
  };
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
  const both = valueAndGrad(f);
  return (params, ...rest) => both(params, ...rest)[1];
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
  return new Tensor(x.backend, x.storage, x.shape, { binary: x.binary });
}
