import { sameShape, type Shape, showShape, sizeOf } from "@spikeloop/backend";
import { describe, fail, shorten } from "@spikeloop/errors";
import { checkTensor } from "./check_tensor.ts";
import type { Pullback } from "./gradient_rules.ts";
import { record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/**
 * `x` in another shape. One extent may be -1 and follows from the others.
 *
 * @throws {TypeError} if x is no tensor, or the number of elements differs.
 *
 * @example
 * ```ts
 * import { reshape, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * assert(reshape(tensor([1, 2, 3, 4, 5, 6]), [2, -1]).shape[1] === 3);
 * ```
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkTensor("reshape", "x", x);
  if (!Array.isArray(shape)) {
    fail("run reshape", `the shape is ${describe(shape)}, expected an array`);
  }
  const wrong = shape.findIndex((n: unknown) => typeof n !== "number");
  if (wrong >= 0) {
    fail("run reshape", `the shape has the extent ${describe(shape[wrong])}, expected integers`);
  }
  const open = shape.indexOf(-1);
  const resolved = [...shape];
  if (open >= 0) resolved[open] = x.size / -sizeOf(shape);
  if (sizeOf(resolved) !== x.size || !resolved.every((n) => Number.isInteger(n) && n >= 0)) {
    const source = `${showShape(x.shape)} of size ${x.size}`;
    fail("run reshape", `${source} does not fit ${shorten(showShape(shape))}`);
  }
  return withShape(x, resolved);
}

/** `reshape` to a shape that fits. */
export function withShape(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  return new Tensor(x.backend, x.storage, shape, x.binary, record([x], pullReshapeBack));
}

const pullReshapeBack: Pullback = ([g], [x]) => [g && withShape(g, (x as Tensor).shape)];
