import { describe, fail } from "@spikeloop/errors";

/** The extents of a tensor, outermost axis first. `[]` is a scalar. */
export type Shape = readonly number[];

/** The most extents that a message shows. */
const mostShown = 12;

/**
 * The number of elements.
 *
 * @example
 * ```ts
 * import { sizeOf } from "@spikeloop/backend";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sizeOf([2, 3]), 6);
 * ```
 */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (let i = 0; i < shape.length; i++) size *= shape[i];
  return size;
}

/**
 * A shape as people write it: `[2, 3]`.
 *
 * @example
 * ```ts
 * import { showShape } from "@spikeloop/backend";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(showShape([2, 3]), "[2, 3]");
 * ```
 */
export function showShape(shape: Shape): string {
  const rank = shape.length;
  return rank <= mostShown
    ? `[${shape.join(", ")}]`
    : `[${shape.slice(0, mostShown).join(", ")}, …] (${rank} axes)`;
}

/**
 * Row-major strides.
 *
 * @example
 * ```ts
 * import { stridesOf } from "@spikeloop/backend";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(stridesOf([2, 3, 4]), [12, 4, 1]);
 * ```
 */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i];
  }
  return strides;
}

/**
 * Whether two shapes are the same.
 *
 * @example
 * ```ts
 * import { sameShape } from "@spikeloop/backend";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sameShape([2, 3], [3, 2]), false);
 * ```
 */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * The shape that two shapes broadcast to, as in NumPy: they are aligned at the last axis, and an
 * extent of 1 stretches.
 *
 * @throws {TypeError} if an extent differs and neither is 1.
 * @throws {RangeError} if there are more than 2³¹ elements.
 *
 * @example
 * ```ts
 * import { broadcastShapes } from "@spikeloop/backend";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(broadcastShapes([5, 1, 3], [4, 1], "add"), [5, 4, 3]);
 * ```
 */
export function broadcastShapes(a: Shape, b: Shape, operation: string): Shape {
  if (b.length === 0 || sameShape(a, b)) return a;
  if (a.length === 0) return b;
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  for (let i = 0; i < rank; i++) {
    const p = a[a.length - rank + i] ?? 1;
    const q = b[b.length - rank + i] ?? 1;
    if (p !== q && p !== 1 && q !== 1) {
      const shapes = `shapes ${showShape(a)} and ${showShape(b)}`;
      fail(`run ${operation}`, `${shapes} do not broadcast (${p} against ${q})`);
    }
    result[i] = p === 1 ? q : p;
  }
  checkSize(result, operation);
  return result;
}

/**
 * The strides of a contiguous tensor of shape `from` that is broadcast to the shape `to`.
 *
 * @example
 * ```ts
 * import { broadcastStrides } from "@spikeloop/backend";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(broadcastStrides([4, 1], [5, 4, 3]), [0, 1, 0]);
 * ```
 */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const lead = to.length - from.length;
  const strides = new Array<number>(to.length);
  let stride = 1;
  for (let i = to.length - 1; i >= 0; i--) {
    const extent = i < lead ? 1 : from[i - lead];
    strides[i] = extent === 1 ? 0 : stride;
    stride *= extent;
  }
  return strides;
}

/**
 * Checks a shape.
 *
 * @throws {RangeError} if it is not an array of integers of at least 0, without holes.
 * @throws {RangeError} if there are more than 2³¹ elements.
 *
 * @example
 * ```ts
 * import { checkShape } from "@spikeloop/backend";
 * import { assertThrows } from "@std/assert";
 *
 * checkShape([2, 3], "tile");
 * assertThrows(() => checkShape([2, -3], "tile"), RangeError, "Cannot run tile");
 * ```
 */
export function checkShape(shape: Shape, operation: string): void {
  if (!isShape(shape)) {
    const value: unknown = shape;
    const text = Array.isArray(value)
      ? `[${Array.from(value.slice(0, mostShown), describe).join(", ")}]`
      : describe(value);
    const expected = "expected an array of integers of at least 0";
    fail(`run ${operation}`, `the shape is ${text}, ${expected}`, RangeError);
  }
  checkSize(shape, operation);
}

/** Whether a value is an array of extents. A loop by index does not skip holes, as `every` does. */
function isShape(shape: unknown): boolean {
  if (!Array.isArray(shape)) return false;
  for (let i = 0; i < shape.length; i++) {
    if (!Number.isSafeInteger(shape[i]) || shape[i] < 0) return false;
  }
  return true;
}

/**
 * Checks that a tensor of this shape may be made.
 *
 * @throws {RangeError} if there are more than 2³¹ elements.
 *
 * @example
 * ```ts
 * import { checkSize } from "@spikeloop/backend";
 * import { assertThrows } from "@std/assert";
 *
 * checkSize([2, 3], "matmul");
 * assertThrows(() => checkSize([2 ** 20, 2 ** 20], "matmul"), RangeError, "[1048576, 1048576]");
 * ```
 */
export function checkSize(shape: Shape, operation: string): void {
  const size = sizeOf(shape);
  if (size <= 2 ** 31) return; // more, of 8 GiB, are taken for a mistake
  const elements = `shape ${showShape(shape)} has ${size} elements`;
  fail(`run ${operation}`, `${elements}, expected at most 2³¹`, RangeError);
}

/**
 * An axis counted from the front. A negative axis counts from the end.
 *
 * @throws {TypeError} if the axis is no number.
 * @throws {RangeError} if there is no such axis.
 *
 * @example
 * ```ts
 * import { resolveAxis } from "@spikeloop/backend";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(resolveAxis(-1, 3, "sum"), 2);
 * ```
 */
export function resolveAxis(axis: number, rank: number, operation: string): number {
  const resolved = Number.isInteger(axis) && axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || resolved < 0 || resolved >= rank) {
    const kind = typeof axis === "number" ? RangeError : TypeError;
    fail(`run ${operation}`, `a tensor of rank ${rank} has no axis ${describe(axis)}`, kind);
  }
  return resolved + 0; // -0 is axis 0.
}
