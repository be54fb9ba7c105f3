// Summing and stretching: each is the other's pullback.
import {
  broadcastStrides,
  checkShape,
  resolveAxis,
  sameShape,
  type Shape,
  showShape,
  stridesOf,
} from "./shape.ts";
import { record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** Which axes to combine: one, several, or all of them; `keepDims` leaves them with extent 1. */
export type AxisOption = number | readonly number[] | {
  readonly axis?: number | readonly number[];
  readonly keepDims?: boolean;
};

/** The axes of an option, counted from the front and ascending, and whether they stay. */
export function resolveAxes(
  option: AxisOption | undefined,
  rank: number,
  name: string,
): { axes: number[]; keepDims: boolean } {
  const record = typeof option === "object" && !Array.isArray(option)
    ? option as { axis?: number | readonly number[]; keepDims?: boolean }
    : { axis: option as number | readonly number[] | undefined };
  const given = record.axis ?? Array.from({ length: rank }, (_, i) => i);
  const axes = [given].flat().map((a) => resolveAxis(a as number, rank, name));
  const unique = [...new Set(axes)].sort((a, b) => a - b);
  if (unique.length !== axes.length) {
    throw new RangeError(`Cannot run ${name}: an axis is named twice in ${JSON.stringify(given)}`);
  }
  return { axes: unique, keepDims: record.keepDims ?? false };
}

/** `shape` with the extents at `axes` set to 1, or without them. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): number[] {
  return keepDims
    ? shape.map((n, i) => axes.includes(i) ? 1 : n)
    : shape.filter((_, i) => !axes.includes(i));
}

/** Neighbouring axes as [first, last + 1) runs, the last run first: each is reduced at once. */
export function axisRuns(axes: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const a of axes) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === a) last[1] = a + 1;
    else runs.push([a, a + 1]);
  }
  return runs.reverse();
}

const product = (shape: Shape, from: number, to: number) =>
  shape.slice(from, to).reduce((p, n) => p * n, 1);

/**
 * The sum over one axis, several or all: `sum(x)`, `sum(x, 0)`, `sum(x, [0, -1])`, `sum(x, { axis: 0, keepDims: true })`.
 *
 * @throws {RangeError} if there is no such axis.
 */
export function sum(x: Tensor, option?: AxisOption): Tensor {
  const { axes, keepDims } = resolveAxes(option, x.shape.length, "sum");
  const shape = reducedShape(x.shape, axes, keepDims);
  const kept = reducedShape(x.shape, axes, true);
  let storage = x.storage;
  const extents = [...x.shape];
  for (const [from, to] of axisRuns(axes)) {
    storage = x.backend.reduce(
      "sum",
      storage,
      product(extents, 0, from),
      product(extents, from, to),
      product(extents, to, extents.length),
    );
    extents.fill(1, from, to);
  }
  const node = record("sum", [x], ([g]) => [g && broadcastTo(reshape(g, kept), x.shape)]);
  return new Tensor(x.backend, storage, shape, { node });
}

/** The sum of `x` over the axes along which a tensor of shape `shape` was stretched to that of `x`. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((n, i) => i < lead || (shape[i - lead] === 1 && n !== 1) ? [i] : []);
  return reshape(sum(x, { axis: axes, keepDims: true }), shape);
}

/**
 * `x` stretched to `shape`, as NumPy does.
 *
 * @throws {TypeError} if it does not fit.
 */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  checkShape(shape, "broadcastTo");
  if (sameShape(x.shape, shape)) return x;
  const lead = shape.length - x.shape.length;
  if (lead < 0 || x.shape.some((n, i) => n !== 1 && n !== shape[i + lead])) {
    throw new TypeError(
      `Cannot run broadcastTo: shape ${showShape(x.shape)} does not stretch to ${showShape(shape)}`,
    );
  }
  const strides = broadcastStrides(x.shape, shape);
  const storage = x.backend.gather({ storage: x.storage, offset: 0, shape, strides });
  const node = record("broadcastTo", [x], ([g]) => [g && sumTo(g, x.shape)]);
  return new Tensor(x.backend, storage, shape, { binary: x.binary, node });
}

/**
 * The same elements in another shape; one extent may be -1 and follows from the others.
 *
 * @throws {TypeError} if the number of elements differs.
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const open = shape.indexOf(-1);
  const known = shape.reduce((p, n, i) => i === open ? p : p * n, 1);
  const resolved = open < 0 ? shape : shape.map((n, i) => i === open ? x.size / known : n);
  const fits = resolved.every((n) => Number.isInteger(n) && n >= 0) &&
    stridesOf(resolved).length === shape.length &&
    resolved.reduce((p, n) => p * n, 1) === x.size;
  if (!fits) {
    throw new TypeError(
      `Cannot run reshape: ${showShape(x.shape)} has ${x.size} elements, which do not fit ${
        showShape(shape)
      }`,
    );
  }
  if (sameShape(x.shape, resolved)) return x;
  const node = record("reshape", [x], ([g]) => [g && reshape(g, x.shape)]);
  return new Tensor(x.backend, x.storage, resolved, { binary: x.binary, node });
}
