import {
  type Backend,
  checkShape,
  type Shape,
  showShape,
  sizeOf,
  type Storage,
} from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import { checkOptions, describe, fail, refuse, takeFlag } from "@spikeloop/errors";
import { reshape } from "./reshape.ts";
import { failRun } from "./run_skeletons.ts";
import { Tensor } from "./tensor.ts";

/** Numbers in arrays, nested as deep as the tensor has axes. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** An array of numbers of one type. */
export type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Options of a new tensor. */
export interface CreateOptions {
  /** The backend; the CPU if missing. */
  readonly backend?: Backend;
  /** All elements are 0 or 1. This is checked, and kernels use it. */
  readonly binary?: boolean;
}

/**
 * A tensor of nested numbers, of a typed array, or of another tensor. It copies the numbers, and
 * rounds fractions to float32. Integers are not rounded: one that float32 cannot hold, such as
 * 2²⁴ + 1, is an error.
 *
 * @param shape The extents; those of the nested arrays if missing.
 * @throws {TypeError} if arrays are ragged, or hold values other than numbers.
 * @throws {TypeError} if the count of numbers does not fit the shape.
 * @throws {TypeError} if an option is unknown or of the wrong kind.
 * @throws {RangeError} if the shape is not valid, or float32 cannot hold an integer.
 * @throws {RangeError} if a binary tensor holds numbers other than 0 and 1.
 *
 * @example
 * ```ts
 * import { tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * assert(tensor([[1, 2, 3]]).shape[1] === 3);
 * assert(tensor(new Float32Array(4), [2, 2]).size === 4);
 * assert(tensor(new Uint8Array(784), [28, 28]).size === 784);
 * assert(tensor(7).item() === 7);
 * ```
 */
export function tensor(
  values: NestedNumbers | NumberArray | Tensor,
  shape?: Shape,
  options: CreateOptions = {},
): Tensor {
  if (shape !== undefined) checkShape(shape, "tensor");
  if (values instanceof Tensor) return fromTensor(values, shape, options);
  const flat = readNumbers(values);
  const { data } = flat;
  const extents = shape ?? flat.shape;
  const size = sizeOf(extents);
  if (data.length !== size) {
    const action = `make a tensor of shape ${showShape(extents)}`;
    fail(action, `it needs ${size} numbers, got ${data.length}`);
  }
  return uploadTensor(data, extents, options);
}

/**
 * A tensor of the numbers of an array, as many as the shape has. For packages that make arrays: it
 * brings less along than `tensor`, which takes numbers of any kind.
 *
 * @throws {TypeError} if an option is unknown or of the wrong kind.
 * @throws {RangeError} if a binary tensor holds numbers other than 0 and 1.
 *
 * @example
 * ```ts
 * import { uploadTensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(uploadTensor(new Float32Array(4), [2, 2]).shape, [2, 2]);
 * ```
 */
export function uploadTensor(
  data: Float32Array,
  shape: Shape,
  options: CreateOptions = {},
): Tensor {
  const { backend, binary } = resolveOptions(options);
  if (binary) checkBinary(data.every((v) => v === 0 || v === 1));
  const storage = store(shape, () => backend.upload(data));
  return binary
    ? new Tensor(backend, storage, [...shape], { binary })
    : new Tensor(backend, storage, [...shape]);
}

/** Makes storage for a tensor of this shape. */
function store<T>(shape: Shape, make: () => T): T {
  try {
    return make();
  } catch (error) {
    return failRun(error, shape);
  }
}

function checkBinary(isBinary: boolean): void {
  if (!isBinary) fail("make a binary tensor", "it holds numbers other than 0 and 1", RangeError);
}

function fromTensor(x: Tensor, shape: Shape | undefined, options: CreateOptions): Tensor {
  const { backend } = resolveOptions({ ...options, backend: options.backend ?? x.backend });
  if (backend !== x.backend) {
    fail(
      `make a tensor on "${backend.name}" of one on "${x.backend.name}"`,
      "read it first, tensor(await x.data(), x.shape, { backend })",
    );
  }
  return shape === undefined ? x : reshape(x, shape);
}

function resolveOptions(options: CreateOptions): CreateOptions & { readonly backend: Backend } {
  checkOptions("make a tensor", options, ["backend", "binary"]);
  const { backend = cpu, binary } = options;
  if (typeof backend?.upload !== "function") {
    refuse("make a tensor", "backend", backend, "one such as cpu or await webgpu()");
  }
  if (binary !== undefined) takeFlag("make a tensor", "binary", binary);
  return { backend, binary };
}

/**
 * Numbers as `tensor` reads them, flat, and the shape in which they were nested; a typed array has
 * one axis. For packages that need numbers and no tensor.
 *
 * @throws {TypeError} if arrays are ragged, or hold values other than numbers.
 * @throws {RangeError} if float32 cannot hold an integer.
 *
 * @example
 * ```ts
 * import { readNumbers } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const { data, shape } = readNumbers([[1, 0], [0, 1]]);
 * assertEquals([...data], [1, 0, 0, 1]);
 * assertEquals(shape, [2, 2]);
 * ```
 */
export function readNumbers(
  values: NestedNumbers | NumberArray,
): { readonly data: Float32Array; readonly shape: Shape } {
  if (isNumberArray(values)) return { data: toFloat32(values), shape: [values.length] };
  if (typeof values !== "number" && !Array.isArray(values)) {
    fail(
      `make a tensor of ${describe(values)}`,
      "expected a number, nested arrays of numbers, a typed array or a tensor",
    );
  }
  const shape = shapeOfNested(values);
  const data = new Float32Array(sizeOf(shape));
  fill(data, 0, values, shape, 0);
  return { data, shape };
}

function isNumberArray(values: unknown): values is NumberArray {
  return ArrayBuffer.isView(values) && !(values instanceof DataView);
}

function toFloat32(values: NumberArray): Float32Array {
  if (values instanceof Float32Array) return values;
  const data = new Float32Array(values.length);
  for (let i = 0; i < data.length; i++) {
    const value = values[i];
    data[i] = Number(value);
    if (typeof value === "bigint" ? BigInt(data[i]) !== value : isRounded(value, data[i])) {
      failRounded(value);
    }
  }
  return data;
}

/** Whether rounding has moved an integer. Beyond 2⁵³ every number is one, and is meant as none. */
const isRounded = (value: number, rounded: number): boolean =>
  rounded !== value && Number.isSafeInteger(value);

function failRounded(value: number | bigint): never {
  const hint = "expected one such as 2²⁴ or less; Math.fround rounds it";
  return fail("make a tensor", `float32 cannot hold the integer ${value}, ${hint}`, RangeError);
}

function shapeOfNested(values: NestedNumbers): number[] {
  const shape: number[] = [];
  for (let level: NestedNumbers = values; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  return shape;
}

/** Writes nested numbers from `at` on, and returns the place after the last one. */
function fill(
  data: Float32Array,
  at: number,
  values: NestedNumbers,
  shape: Shape,
  axis: number,
): number {
  if (axis === shape.length) {
    if (typeof values !== "number") {
      fail("make a tensor", `found ${describe(values)} where a number was expected`);
    }
    data[at] = values;
    if (isRounded(values, data[at])) failRounded(values);
    return at + 1;
  }
  if (!Array.isArray(values) || values.length !== shape[axis]) {
    const other = Array.isArray(values) ? `${values.length}` : describe(values);
    const extents = `${shape[axis]} elements in one place and ${other} in another`;
    fail("make a tensor", `the arrays are ragged, axis ${axis} has ${extents}`);
  }
  let end = at;
  for (const v of values) end = fill(data, end, v, shape, axis + 1);
  return end;
}

/**
 * A tensor with the same number everywhere.
 *
 * @throws {RangeError} if the shape is not valid.
 * @throws {TypeError} if the value is not a number, or an option is unknown or of the wrong kind.
 *
 * @example
 * ```ts
 * import { full } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * assert(full([2, 3], 0.5).dataSync()[5] === 0.5);
 * ```
 */
export function full(shape: Shape, value: number, options: CreateOptions = {}): Tensor {
  return filled("full", shape, value, options);
}

/**
 * A tensor of zeros.
 *
 * @throws {RangeError} if the shape is not valid.
 * @throws {TypeError} if an option is unknown or of the wrong kind.
 *
 * @example
 * ```ts
 * import { zeros } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * assert(zeros([2, 3]).size === 6);
 * ```
 */
export function zeros(shape: Shape, options: CreateOptions = {}): Tensor {
  return filled("zeros", shape, 0, options);
}

/**
 * A tensor of ones.
 *
 * @throws {RangeError} if the shape is not valid.
 * @throws {TypeError} if an option is unknown or of the wrong kind.
 *
 * @example
 * ```ts
 * import { ones } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * assert(ones([2]).dataSync()[1] === 1);
 * ```
 */
export function ones(shape: Shape, options: CreateOptions = {}): Tensor {
  return filled("ones", shape, 1, options);
}

function filled(name: string, shape: Shape, value: number, options: CreateOptions): Tensor {
  checkShape(shape, name);
  if (typeof value !== "number") {
    fail(`run ${name}`, `${describe(value)} is not a number`);
  }
  const { backend, binary } = resolveOptions(options);
  if (binary) checkBinary(value === 0 || value === 1);
  return new Tensor(backend, filledStorage(backend, shape, value), [...shape], { binary });
}

/** The storage of a tensor with the same number everywhere. */
export function filledStorage(backend: Backend, shape: Shape, value: number): Storage {
  const size = sizeOf(shape);
  return store(
    shape,
    () => backend.fill?.(size, value) ?? backend.upload(new Float32Array(size).fill(value)),
  );
}

/**
 * Zeros of the shape of a tensor, on its backend.
 *
 * @example
 * ```ts
 * import { tensor, zerosLike } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...zerosLike(tensor([1, 2])).dataSync()], [0, 0]);
 * ```
 */
export function zerosLike({ backend, shape }: Tensor): Tensor {
  return new Tensor(backend, filledStorage(backend, shape, 0), shape);
}
