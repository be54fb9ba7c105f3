import type { Backend } from "./backend.ts";
import { checkShape, type Shape, showShape, sizeOf } from "./shape.ts";
import { Tensor } from "./tensor.ts";
import { cpu } from "./cpu/cpu.ts";
import { reshape } from "./sum.ts";

/** Numbers in arrays, nested as deep as the tensor has axes. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** Where a new tensor lives; the CPU if nothing is said. */
export interface CreateOptions {
  /** The backend. */
  readonly backend?: Backend;
  /** All elements are 0 or 1, which is checked: kernels may use it. */
  readonly binary?: boolean;
}

function shapeOfNested(values: NestedNumbers): number[] {
  const shape: number[] = [];
  for (let level: NestedNumbers = values; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  return shape;
}

function fillNested(values: NestedNumbers, shape: Shape, depth: number, into: number[]): void {
  if (depth === shape.length) {
    if (typeof values !== "number") {
      throw new TypeError(
        `Cannot make a tensor: found ${
          Array.isArray(values) ? "an array" : String(values)
        } where a number was expected`,
      );
    }
    into.push(values);
    return;
  }
  if (!Array.isArray(values) || values.length !== shape[depth]) {
    throw new TypeError(
      `Cannot make a tensor: the arrays are ragged, axis ${depth} has ${
        shape[depth]
      } elements in one place and ${Array.isArray(values) ? values.length : "none"} in another`,
    );
  }
  for (const v of values) fillNested(v, shape, depth + 1, into);
}

/**
 * A tensor of nested numbers, of a Float32Array with a shape, or of another tensor (with a new shape, if given). The
 * numbers are copied and rounded to float32.
 *
 * @throws {TypeError} if arrays are ragged or the number of elements does not fit the shape.
 *
 * @example
 * ```ts
 * import { tensor } from "@spikeloop/tensor";
 *
 * console.assert(tensor([[1, 2, 3]]).shape[1] === 3);
 * console.assert(tensor(new Float32Array(4), [2, 2]).size === 4);
 * ```
 */
export function tensor(
  values: NestedNumbers | Float32Array | Tensor,
  shape?: Shape,
  options: CreateOptions = {},
): Tensor {
  if (shape !== undefined) checkShape(shape, "tensor");
  if (values instanceof Tensor) return shape === undefined ? values : reshape(values, shape);
  const flat = flatten(values, shape);
  const resolved = shape ?? flat.shape;
  if (flat.data.length !== sizeOf(resolved)) {
    throw new TypeError(
      `Cannot make a tensor of shape ${showShape(resolved)}: it needs ${
        sizeOf(resolved)
      } numbers, given are ${flat.data.length}`,
    );
  }
  if (options.binary && !flat.data.every((v) => v === 0 || v === 1)) {
    throw new RangeError("Cannot make a binary tensor: it holds numbers other than 0 and 1");
  }
  const backend = options.backend ?? cpu;
  return new Tensor(backend, backend.upload(flat.data), [...resolved], { binary: options.binary });
}

function flatten(
  values: NestedNumbers | Float32Array,
  shape?: Shape,
): { data: Float32Array; shape: Shape } {
  if (values instanceof Float32Array) return { data: values, shape: shape ?? [values.length] };
  if (ArrayBuffer.isView(values)) {
    throw new TypeError(
      `Cannot make a tensor of a ${
        Object.prototype.toString.call(values).slice(8, -1)
      }: expected a Float32Array or nested numbers`,
    );
  }
  const own = shapeOfNested(values);
  const numbers: number[] = [];
  fillNested(values, own, 0, numbers);
  return { data: Float32Array.from(numbers), shape: own };
}

/** A tensor with the same number everywhere. */
export function full(shape: Shape, value: number, options: CreateOptions = {}): Tensor {
  checkShape(shape, "full");
  return tensor(new Float32Array(sizeOf(shape)).fill(value), shape, options);
}

/** A tensor of zeros. */
export function zeros(shape: Shape, options: CreateOptions = {}): Tensor {
  checkShape(shape, "zeros");
  return tensor(new Float32Array(sizeOf(shape)), shape, options);
}

/** A tensor of ones. */
export function ones(shape: Shape, options: CreateOptions = {}): Tensor {
  checkShape(shape, "ones");
  return full(shape, 1, options);
}
