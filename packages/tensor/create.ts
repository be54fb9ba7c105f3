import { type Backend, checkShape, type Shape, showShape, sizeOf } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import { checkOptions, describe } from "@spikeloop/errors";
import { reshape } from "./reshape.ts";
import { Tensor } from "./tensor.ts";

/** Numbers in arrays, nested as deep as the tensor has axes. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** Where a new tensor lives, and what is known about it. */
export interface CreateOptions {
  /** The backend; the CPU if nothing is said. */
  readonly backend?: Backend;
  /** All elements are 0 or 1, which is checked: kernels may use it. */
  readonly binary?: boolean;
}

/**
 * A tensor of nested numbers, of a Float32Array with a shape, or of another tensor (with a new shape, if given). The
 * numbers are copied and rounded to float32.
 *
 * @param shape The extents; those of the nested arrays if nothing is said. One may be given to fold flat numbers.
 * @throws {TypeError} if arrays are ragged, hold something else than numbers, or their number does not fit the shape,
 * or an option is unknown or of the wrong kind.
 * @throws {RangeError} if the shape is none, or a binary tensor holds other numbers than 0 and 1.
 *
 * @example
 * ```ts
 * import { tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * assert(tensor([[1, 2, 3]]).shape[1] === 3);
 * assert(tensor(new Float32Array(4), [2, 2]).size === 4);
 * assert(tensor(7).item() === 7);
 * ```
 */
export function tensor(
  values: NestedNumbers | Float32Array | Tensor,
  shape?: Shape,
  options: CreateOptions = {},
): Tensor {
  if (shape !== undefined) checkShape(shape, "tensor");
  if (values instanceof Tensor) return fromTensor(values, shape, options);
  const flat = flatten(values);
  const own = shape ?? flat.shape;
  const { data } = flat;
  if (data.length !== sizeOf(own)) {
    throw new TypeError(
      `Cannot make a tensor of shape ${showShape(own)}: it needs ${
        sizeOf(own)
      } numbers, given are ${data.length}`,
    );
  }
  return make(data, own, options);
}

function make(data: Float32Array, shape: Shape, options: CreateOptions): Tensor {
  const { backend, binary } = resolveOptions(options);
  if (binary) checkBinary(data.every((v) => v === 0 || v === 1));
  const storage = backend.upload(data);
  return binary
    ? new Tensor(backend, storage, [...shape], { binary })
    : new Tensor(backend, storage, [...shape]);
}

function checkBinary(isBinary: boolean): void {
  if (isBinary) return;
  throw new RangeError("Cannot make a binary tensor: it holds numbers other than 0 and 1");
}

function fromTensor(x: Tensor, shape: Shape | undefined, options: CreateOptions): Tensor {
  const { backend } = resolveOptions({ ...options, backend: options.backend ?? x.backend });
  if (backend !== x.backend) {
    throw new TypeError(
      `Cannot make a tensor on "${backend.name}" of one on "${x.backend.name}": ` +
        "read it first, tensor(await x.data(), x.shape, { backend })",
    );
  }
  return shape === undefined ? x : reshape(x, shape);
}

function resolveOptions(options: CreateOptions): CreateOptions & { readonly backend: Backend } {
  checkOptions("make a tensor", options, ["backend", "binary"]);
  const { backend = cpu, binary } = options;
  if (typeof backend?.upload !== "function") {
    throw new TypeError(
      `Cannot make a tensor: backend is ${
        describe(backend)
      }, expected one such as cpu or await webgpu()`,
    );
  }
  return { backend, binary };
}

/** Numbers side by side, and the shape in which they were nested. */
interface Flat {
  readonly data: Float32Array;
  readonly shape: Shape;
}

function flatten(values: NestedNumbers | Float32Array): Flat {
  if (values instanceof Float32Array) return { data: values, shape: [values.length] };
  if (typeof values !== "number" && !Array.isArray(values)) {
    throw new TypeError(
      `Cannot make a tensor of ${
        describe(values)
      }: expected a number, nested arrays of numbers, a Float32Array or a tensor`,
    );
  }
  const shape = shapeOfNested(values);
  const data = new Float32Array(sizeOf(shape));
  fill(data, 0, values, shape, 0);
  return { data, shape };
}

function shapeOfNested(values: NestedNumbers): number[] {
  const shape: number[] = [];
  for (let level: NestedNumbers = values; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  return shape;
}

/** Writes nested numbers from `at` on; gives where they end. */
function fill(
  data: Float32Array,
  at: number,
  values: NestedNumbers,
  shape: Shape,
  axis: number,
): number {
  if (axis === shape.length) {
    if (typeof values !== "number") {
      throw new TypeError(
        `Cannot make a tensor: found ${describe(values)} where a number was expected`,
      );
    }
    data[at] = values;
    return at + 1;
  }
  if (!Array.isArray(values) || values.length !== shape[axis]) {
    const other = Array.isArray(values) ? `${values.length}` : describe(values);
    throw new TypeError(
      `Cannot make a tensor: the arrays are ragged, axis ${axis} has ${
        shape[axis]
      } elements in one place and ${other} in another`,
    );
  }
  let end = at;
  for (const v of values) end = fill(data, end, v, shape, axis + 1);
  return end;
}

/**
 * A tensor with the same number everywhere.
 *
 * @throws {RangeError} if the shape is none.
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
 * @throws {RangeError} if the shape is none.
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
 * @throws {RangeError} if the shape is none.
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
    throw new TypeError(`Cannot run ${name}: ${describe(value)} is not a number`);
  }
  const { backend, binary } = resolveOptions(options);
  if (backend.fill !== undefined) {
    if (binary) checkBinary(value === 0 || value === 1);
    return new Tensor(backend, backend.fill(sizeOf(shape), value), [...shape], { binary });
  }
  return make(new Float32Array(sizeOf(shape)).fill(value), shape, options);
}
