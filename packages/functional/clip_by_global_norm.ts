import { fail, takeNumber } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import {
  add,
  elementwise,
  mapTree,
  mul,
  sqrt,
  sum,
  type Tensor,
  type Tree,
  treeLeaves,
} from "@spikeloop/tensor";

const square = /* @__PURE__ */ elementwise("globalNorm", 1, (x) => e.mul(x, x));
const shrink = /* @__PURE__ */ elementwise(
  "clipByGlobalNorm",
  2,
  (norm, maxNorm) => e.min(1, e.div(maxNorm, e.add(norm, 1e-6))),
);

/**
 * √Σx², the Euclidean norm of all elements of a tree together, a scalar.
 *
 * @throws {TypeError} if the tree holds no tensor, or anything that is not a tensor.
 *
 * @example
 * ```ts
 * import { globalNorm } from "@spikeloop/functional";
 * import { tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * assert(globalNorm([tensor([3, 0]), tensor(4)]).item() === 5);
 * ```
 */
export function globalNorm(tree: Tree): Tensor {
  const squares = treeLeaves(tree).map((x) => sum(square(x)));
  if (squares.length === 0) {
    fail("run globalNorm", "the tree holds no tensor, expected at least one");
  }
  return sqrt(squares.reduce(add));
}

/**
 * Scales gradients down together if their global norm is larger than `maxNorm`:
 *
 *     g' = g · min(1, maxNorm / (norm + 1e-6))
 *
 * as `torch.nn.utils.clip_grad_norm_` does. Nothing is read back from the device.
 *
 * @throws {RangeError} if `maxNorm` is negative or not finite.
 *
 * @example
 * ```ts
 * import { clipByGlobalNorm } from "@spikeloop/functional";
 * import { tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const { w } = clipByGlobalNorm({ w: tensor([30, 40]) }, 5);
 * assert(Math.abs(w.dataSync()[0] - 3) < 1e-5);
 * ```
 */
export function clipByGlobalNorm<P extends Tree>(grads: P, maxNorm: number): P {
  takeNumber("run clipByGlobalNorm", "maxNorm", maxNorm, { min: 0 });
  if (treeLeaves(grads, "grads").length === 0) return grads;
  const scale = shrink(globalNorm(grads), maxNorm);
  return mapTree((g) => mul(g, scale), grads);
}
