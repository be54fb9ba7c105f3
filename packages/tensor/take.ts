// A take copies slices by index, its pullback adds slices at their indices: they are each other's
// pullback.
import { resolveAxis, type Shape, showShape, sizeOf } from "@spikeloop/backend";
import { checkIndices } from "./check_indices.ts";
import { checkTensor } from "./check_tensor.ts";
import { commonBackend } from "./common_backend.ts";
import { tensor } from "./create.ts";
import type { NestedNumbers, NumberArray } from "./read_numbers.ts";
import { runScatterAdd, runTake } from "./run_skeletons.ts";
import { record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** The shape of a tensor, and which of its axes the indices count along. */
interface Along {
  readonly shape: Shape;
  readonly axis: number;
}

const extentsOf = ({ shape, axis }: Along) =>
  [sizeOf(shape.slice(0, axis)), shape[axis], sizeOf(shape.slice(axis + 1))] as const;

/** Copies slices; `binary`: they are known to be binary. */
function takeAt(x: Tensor, indices: Tensor, along: Along, binary: boolean): Tensor {
  const { shape, axis } = along;
  const storage = runTake(x.backend, x.storage, indices.storage, extentsOf(along));
  const tapeIndex = record([x], ([g]) => [g && addAt(g, indices, along)]);
  const taken = [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)];
  return new Tensor(x.backend, storage, taken, binary, tapeIndex);
}

/** Adds slices to zeros. */
function addAt(slices: Tensor, indices: Tensor, along: Along): Tensor {
  const { backend } = slices;
  const storage = runScatterAdd(backend, slices.storage, indices.storage, extentsOf(along));
  const tapeIndex = record([slices], ([g]) => [g && takeAt(g, indices, along, false)]);
  return new Tensor(backend, storage, along.shape, false, tapeIndex);
}

/**
 * The slices of `x` along an axis by their indices, in their order: rows for axis 0. An index may
 * occur several times; the gradient of its slice is the sum, taken in the order of the indices.
 *
 * @param indices Integers from 0 on: a tensor, an array or a typed array of any shape, which
 * replaces the axis in the shape of the result.
 * @throws {TypeError} if x is no tensor, `indices` holds anything but numbers, or both are on
 * different backends.
 * @throws {RangeError} if there is no such axis, or no such index. Indices on a GPU cannot be read
 * without waiting; there the slices are NaN instead.
 *
 * @example
 * ```ts
 * import { take, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const x = tensor([[1, 2], [3, 4], [5, 6]]);
 * assertEquals([...take(x, [2, 0]).dataSync()], [5, 6, 1, 2]);
 * assertEquals([...take(x, [1], 1).dataSync()], [2, 4, 6]); // a column, [3, 1]
 * ```
 */
export function take(
  x: Tensor,
  indices: Tensor | NestedNumbers | NumberArray,
  axis = 0,
): Tensor {
  checkTensor("take", "x", x);
  const { backend, shape } = x;
  const along = { shape, axis: resolveAxis(axis, shape.length, "take") };
  const list = indices instanceof Tensor ? indices : tensor(indices, undefined, { backend });
  commonBackend("take", [x, list], ["x", "the tensor of indices"]);
  const noun = `an index along axis ${along.axis} of shape ${showShape(shape)}`;
  const isChecked = checkIndices("take", noun, list, shape[along.axis]);
  return takeAt(x, list, along, x.binary && isChecked);
}
