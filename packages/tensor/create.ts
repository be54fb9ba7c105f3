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
import { type NestedNumbers, type NumberArray, readNumbers } from "./read_numbers.ts";
import { reshape } from "./reshape.ts";
import { failRun } from "./run_skeletons.ts";
import { passOn, record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** Options of a new tensor. */
export interface CreateOptions {
  /** The backend; the CPU if missing. */
  readonly backend?: Backend;
  /**
   * All elements are 0 or 1. This is checked, and kernels use it. `tensor` of a tensor on a GPU
   * cannot check it, and throws.
   */
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
 * @throws {TypeError} if the numbers are a tensor's on another backend, or a binary tensor is made
 * of one on a GPU.
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
    fail(action, `the number of values is ${data.length}, expected ${size}`);
  }
  const { backend, binary } = takeCreateOptions(options);
  if (binary) checkBinary(data.every((v) => v === 0 || v === 1));
  return uploadTensor(data, extents, { backend }, binary);
}

/**
 * A tensor of the numbers of an array, as many as the shape has. For packages that make arrays: it
 * brings less along than `tensor`, which takes numbers of any kind.
 *
 * @param binary Whether all numbers are 0 or 1, and kernels may use that.
 * @throws {TypeError} if an option is unknown, or the backend is none.
 * @throws {RangeError} if the memory does not hold the tensor.
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
  options: Pick<CreateOptions, "backend"> = {},
  binary = false,
): Tensor {
  const backend = takeBackend(options, ["backend"]);
  const storage = store(shape, () => backend.upload(data));
  return new Tensor(backend, storage, [...shape], binary);
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
  const { backend, binary } = takeCreateOptions({
    ...options,
    backend: options.backend ?? x.backend,
  });
  if (backend !== x.backend) {
    fail(
      `make a tensor on "${backend.name}" of one on "${x.backend.name}"`,
      "read it first, tensor(await x.data(), x.shape, { backend })",
    );
  }
  const result = shape === undefined ? x : reshape(x, shape);
  if (!binary || x.binary) return result;
  checkBinary(x.dataSync().every((v) => v === 0 || v === 1));
  return new Tensor(backend, x.storage, result.shape, true, record([result], passOn));
}

function takeBackend(options: CreateOptions, known: readonly (keyof CreateOptions)[]): Backend {
  checkOptions("make a tensor", options, known);
  const { backend = cpu } = options;
  return typeof backend?.upload === "function"
    ? backend
    : refuse("make a tensor", "backend", backend, "one such as cpu or await webgpu()");
}

function takeCreateOptions(options: CreateOptions): CreateOptions & { readonly backend: Backend } {
  const backend = takeBackend(options, ["backend", "binary"]);
  const { binary } = options;
  if (binary !== undefined) takeFlag("make a tensor", "binary", binary);
  return { backend, binary };
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
  const { backend, binary } = takeCreateOptions(options);
  if (binary) checkBinary(value === 0 || value === 1);
  return fillTensor(shape.slice(), value, { backend }, binary);
}

/**
 * A tensor with the same number everywhere, as `full` makes it. For packages that have checked the
 * shape and the number: it brings less along.
 *
 * @param binary Whether the number is 0 or 1, and kernels may use that.
 * @throws {TypeError} if an option is unknown, or the backend is none.
 * @throws {RangeError} if the memory does not hold the tensor.
 *
 * @example
 * ```ts
 * import { fillTensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...fillTensor([2], 3).dataSync()], [3, 3]);
 * ```
 */
export function fillTensor(
  shape: Shape,
  value: number,
  options: Pick<CreateOptions, "backend"> = {},
  binary = false,
): Tensor {
  const backend = takeBackend(options, ["backend"]);
  return new Tensor(backend, filledStorage(backend, shape, value), shape, binary);
}

/** The storage of a tensor with the same number everywhere. */
export function filledStorage(backend: Backend, shape: Shape, value: number): Storage {
  const size = sizeOf(shape);
  return store(
    shape,
    () =>
      backend.fill === undefined
        ? backend.upload(new Float32Array(size).fill(value))
        : backend.fill(size, value),
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
