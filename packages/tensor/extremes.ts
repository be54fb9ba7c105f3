import type { ReduceOp } from "./backend.ts";
import { equal, mul } from "./functions.ts";
import { tensor } from "./create.ts";
import { type AxisOption, reducedShape, reshape, resolveAxes } from "./sum.ts";
import { transpose } from "./movement.ts";
import { showShape, sizeOf } from "./shape.ts";
import { isTracked, record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** `x` as [outer, axis, inner] with all reduced axes side by side, which they are brought to where they are not. */
function gathered(
  x: Tensor,
  axes: readonly number[],
): { x: Tensor; outer: number; axis: number; inner: number } {
  const adjacent = axes.every((a, i) => i === 0 || a === axes[i - 1] + 1);
  const rest = x.shape.flatMap((_, i) => axes.includes(i) ? [] : [i]);
  const moved = adjacent ? x : transpose(x, [...rest, ...axes]);
  const axis = axes.reduce((p, a) => p * x.shape[a], 1);
  const outer = adjacent
    ? sizeOf(x.shape.slice(0, axes[0] ?? 0))
    : sizeOf(rest.map((i) => x.shape[i]));
  return { x: moved, outer, axis, inner: axis === 0 ? 0 : x.size / (outer * axis || 1) };
}

function extreme(name: "max" | "min", x: Tensor, option: AxisOption | undefined): Tensor {
  const { axes, keepDims } = resolveAxes(option, x.shape.length, name);
  const shape = reducedShape(x.shape, axes, keepDims);
  if (axes.length === 0) return x;
  if (axes.some((a) => x.shape[a] === 0)) {
    throw new RangeError(
      `Cannot run ${name} over an empty axis: the tensor has shape ${showShape(x.shape)}`,
    );
  }
  const { x: moved, outer, axis, inner } = gathered(x, axes);
  if (isTracked(x) && moved !== x) return extremeOfMoved(name, moved, outer, axis, shape);
  const storage = x.backend.reduce(name, moved.storage, outer, axis, inner);
  const node = record(name, [x], ([g]) => [g && firstOnly(`arg${name}`, x, g, outer, axis, inner)]);
  return new Tensor(x.backend, storage, shape, { binary: x.binary, node });
}

/** Reduction over the last axes, after a transposition that gradients must go through too. */
function extremeOfMoved(
  name: "max" | "min",
  moved: Tensor,
  outer: number,
  axis: number,
  shape: readonly number[],
): Tensor {
  return reshape(extreme(name, reshape(moved, [outer, axis]), 1), shape);
}

/** `g` where the extreme element is (the first of equals), 0 elsewhere. */
function firstOnly(
  op: ReduceOp,
  x: Tensor,
  g: Tensor,
  outer: number,
  axis: number,
  inner: number,
): Tensor {
  const index = new Tensor(x.backend, x.backend.reduce(op, x.storage, outer, axis, inner), [
    outer,
    1,
    inner,
  ]);
  const places = tensor(Float32Array.from({ length: axis }, (_, i) => i), [axis, 1], {
    backend: x.backend,
  });
  return reshape(mul(reshape(g, [outer, 1, inner]), equal(index, places)), x.shape);
}

/**
 * The largest element over one axis, several or all; the gradient goes to the first of equals. NaN wins.
 *
 * @throws {RangeError} if there is no such axis, or it is empty.
 */
export function max(x: Tensor, option?: AxisOption): Tensor {
  return extreme("max", x, option);
}

/**
 * The smallest element over one axis, several or all; the gradient goes to the first of equals. NaN wins.
 *
 * @throws {RangeError} if there is no such axis, or it is empty.
 */
export function min(x: Tensor, option?: AxisOption): Tensor {
  return extreme("min", x, option);
}

function argExtreme(op: "argmax" | "argmin", x: Tensor, axis: number): Tensor {
  const { axes } = resolveAxes(axis, x.shape.length, op);
  if (x.shape[axes[0]] === 0) {
    throw new RangeError(
      `Cannot run ${op} over an empty axis: the tensor has shape ${showShape(x.shape)}`,
    );
  }
  const { outer, axis: extent, inner } = gathered(x, axes);
  return new Tensor(
    x.backend,
    x.backend.reduce(op, x.storage, outer, extent, inner),
    reducedShape(x.shape, axes, false),
  );
}

/** The index of the first largest element along an axis. It has no gradient. */
export function argmax(x: Tensor, axis: number): Tensor {
  return argExtreme("argmax", x, axis);
}

/** The index of the first smallest element along an axis. It has no gradient. */
export function argmin(x: Tensor, axis: number): Tensor {
  return argExtreme("argmin", x, axis);
}
