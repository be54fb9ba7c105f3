// Operations that only move data. A gather copies a window out of a tensor, a scatter writes
// windows into zeros: they are each other's pullback.
import {
  checkSize,
  resolveAxis,
  sameShape,
  type Shape,
  showShape,
  stridesOf,
  type Window,
} from "@spikeloop/backend";
import { describe, fail } from "@spikeloop/errors";
import { checkTensor } from "./check_tensor.ts";
import { commonBackend } from "./common_backend.ts";
import { runGather, runScatter } from "./run_skeletons.ts";
import { isTracked, record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

function gather(x: Tensor, from: Window): Tensor {
  const storage = runGather(x.backend, { storage: x.storage, ...from });
  const tapeIndex = record([x], ([g]) => [g && scatter(x.shape, [{ data: g, into: from }])]);
  return new Tensor(x.backend, storage, from.shape, x.binary, tapeIndex);
}

function scatter(shape: Shape, parts: readonly { data: Tensor; into: Window }[]): Tensor {
  const backend = parts[0].data.backend;
  const storage = runScatter(
    backend,
    shape,
    parts.map(({ data, into }) => ({ data: data.storage, into })),
  );
  const needs = parts.map((p) => isTracked(p.data));
  const tapeIndex = record(
    parts.map((p) => p.data),
    ([g]) => g === undefined ? [] : parts.map((p, i) => needs[i] ? gather(g, p.into) : undefined),
  );
  return new Tensor(backend, storage, shape, parts.every((p) => p.data.binary), tapeIndex);
}

/**
 * `x` with its axes in another order; without `axes`, in reverse order.
 *
 * @throws {TypeError} if x is no tensor, or `axes` is not a permutation of the axes.
 *
 * @example
 * ```ts
 * import { tensor, transpose } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...transpose(tensor([[1, 2], [3, 4]])).dataSync()], [1, 3, 2, 4]);
 * ```
 */
export function transpose(x: Tensor, axes?: readonly number[]): Tensor {
  checkTensor("transpose", "x", x);
  const rank = x.shape.length;
  if (axes !== undefined && !Array.isArray(axes)) {
    fail("run transpose", `the axes are ${describe(axes)}, expected an array such as [1, 0]`);
  }
  const order = axes === undefined
    ? x.shape.map((_, i) => rank - 1 - i)
    : Array.from(axes, (a) => resolveAxis(a, rank, "transpose"));
  if (order.length !== rank || new Set(order).size !== rank) {
    const shape = `the axes of shape ${showShape(x.shape)}`;
    fail("run transpose", `${JSON.stringify(order)} is not an order of ${shape}`);
  }
  if (order.every((a, i) => a === i)) return x;
  const strides = stridesOf(x.shape);
  const from = {
    offset: 0,
    shape: order.map((a) => x.shape[a]),
    strides: order.map((a) => strides[a]),
  };
  return gather(x, from);
}

/** The bounds of a slice as an array without holes. */
function bounds(name: string, value: number | readonly number[]): readonly number[] {
  if (typeof value === "number") return [value];
  if (!Array.isArray(value)) {
    fail("run slice", `${name} is ${describe(value)}, expected a number or an array of them`);
  }
  return Array.from(value, (n, i) => {
    if (Number.isInteger(n)) return n;
    const kind = typeof n === "number" ? RangeError : TypeError;
    return fail("run slice", `${name}[${i}] is ${describe(n)}, expected an integer`, kind);
  });
}

/** Resolves one bound of a slice as `Array.prototype.slice` does. */
function bound(value: number | undefined, extent: number, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (!Number.isInteger(value)) fail("run slice", `${value} is not an integer`, RangeError);
  return Math.min(Math.max(value < 0 ? value + extent : value, 0), extent);
}

/**
 * The elements from `begin` up to, not including, `end`. A number is the bound of the first axis,
 * an array has one bound per leading axis. Negative bounds count from the end, as in
 * `Array.prototype.slice`; a missing end is the extent.
 *
 * @throws {TypeError} if x is no tensor, `begin` is missing, or there are more bounds than axes.
 * @throws {RangeError} if a bound is no integer.
 *
 * @example
 * ```ts
 * import { slice, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * assertEquals([...slice(x, 1).dataSync()], [4, 5, 6]); // rows from 1
 * assertEquals([...slice(x, [0, -1]).dataSync()], [3, 6]); // the last column
 * ```
 */
export function slice(
  x: Tensor,
  begin: number | readonly number[],
  end?: number | readonly number[],
): Tensor {
  checkTensor("slice", "x", x);
  const from = bounds("begin", begin);
  const to = end === undefined ? [] : bounds("end", end);
  if (from.length > x.shape.length || to.length > x.shape.length) {
    const count = Math.max(from.length, to.length);
    const shape = showShape(x.shape);
    fail("run slice", `the number of bounds is ${count}, more than the axes of shape ${shape}`);
  }
  const strides = stridesOf(x.shape);
  const starts = x.shape.map((n, i) => bound(from[i], n, 0));
  const shape = x.shape.map((n, i) => Math.max(bound(to[i], n, n) - starts[i], 0));
  if (sameShape(shape, x.shape)) return x;
  return gather(x, {
    offset: starts.reduce((o, s, i) => o + s * strides[i], 0),
    shape,
    strides,
  });
}

/**
 * The part of `x` at an index of its first axis, which the result lacks. For packages that walk
 * sequences: it does not check the index.
 *
 * @throws {TypeError} if x is no tensor.
 *
 * @example
 * ```ts
 * import { partAt, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...partAt(tensor([[1, 2], [3, 4]]), 1).dataSync()], [3, 4]);
 * ```
 */
export function partAt(x: Tensor, index: number): Tensor {
  checkTensor("partAt", "x", x);
  const { backend, storage, binary } = x;
  const [extent, ...shape] = x.shape;
  if (extent > 1) {
    const [apart, ...strides] = stridesOf(x.shape);
    return gather(x, { offset: index * apart, shape, strides });
  }
  return new Tensor(backend, storage, shape, binary, record([x], ([g]) => [g && stackAt([g], 0)]));
}

function checkList(name: string, tensors: readonly Tensor[]): void {
  if (!Array.isArray(tensors) || tensors.length === 0) {
    fail(`run ${name}`, "expected an array of at least one tensor");
  }
  for (let i = 0; i < tensors.length; i++) checkTensor(name, `tensor ${i}`, tensors[i]);
  commonBackend(name, tensors);
}

/**
 * Tensors one after another along an axis.
 *
 * @throws {TypeError} if there is no tensor, their other extents differ, or they are on several
 * backends.
 * @throws {RangeError} if there is no such axis, or the result is too large.
 *
 * @example
 * ```ts
 * import { concat, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...concat([tensor([1, 2]), tensor([3])]).dataSync()], [1, 2, 3]);
 * ```
 */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  checkList("concat", tensors);
  const first = tensors[0].shape;
  const along = resolveAxis(axis, first.length, "concat");
  for (const { shape } of tensors) {
    if (shape.length !== first.length || shape.some((n, i) => i !== along && n !== first[i])) {
      const shapes = `${showShape(first)} and ${showShape(shape)}`;
      fail(`run concat along axis ${along}`, `shapes ${shapes} differ elsewhere`);
    }
  }
  const total = tensors.reduce((n, t) => n + t.shape[along], 0);
  const shape = first.map((n, i) => i === along ? total : n);
  checkSize(shape, "concat");
  const strides = stridesOf(shape);
  let at = 0;
  const parts = tensors.map((data) => {
    const into = { offset: at * strides[along], shape: data.shape, strides };
    at += data.shape[along];
    return { data, into };
  });
  return scatter(shape, parts);
}

/**
 * Tensors of one shape side by side along a new axis.
 *
 * @throws {TypeError} if there is no tensor, their shapes differ, or they are on several backends.
 * @throws {RangeError} if there is no such axis.
 *
 * @example
 * ```ts
 * import { stack, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(stack([tensor([1, 2]), tensor([3, 4])]).shape, [2, 2]);
 * ```
 */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  checkList("stack", tensors);
  return stackAt(tensors, resolveAxis(axis, tensors[0].shape.length + 1, "stack"));
}

/**
 * `stack` along the axis `at` of tensors on one backend. For packages: it brings less along.
 *
 * @throws {TypeError} if shapes differ.
 * @throws {RangeError} if the result is too large.
 *
 * @example
 * ```ts
 * import { stackAt, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(stackAt([tensor([1, 2]), tensor([3, 4])], 0).shape, [2, 2]);
 * ```
 */
export function stackAt(tensors: readonly Tensor[], at: number): Tensor {
  const first = tensors[0].shape;
  for (const { shape } of tensors) {
    if (!sameShape(shape, first)) {
      fail("run stack", `shapes ${showShape(first)} and ${showShape(shape)} differ`);
    }
  }
  const shape = [...first.slice(0, at), tensors.length, ...first.slice(at)];
  checkSize(shape, "stack");
  const strides = stridesOf(shape);
  const [apart] = strides.splice(at, 1);
  const parts = tensors.map((data, i) => ({
    data,
    into: { offset: i * apart, shape: first, strides },
  }));
  // Gradients of a tensor that is there several times are added as those of steps are, the last
  // one's first.
  return scatter(shape, parts.reverse());
}
