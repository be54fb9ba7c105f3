import { type Shape, sizeOf } from "@spikeloop/backend";
import { describe, fail } from "@spikeloop/errors";

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

/**
 * Numbers as `tensor` reads them, flat, and the shape in which they were nested; a typed array has
 * one axis.
 *
 * @throws {TypeError} if arrays are ragged, or hold values other than numbers.
 * @throws {RangeError} if float32 cannot hold an integer.
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

/**
 * Whether a value is a typed array, of numbers or of big integers.
 *
 * @example
 * ```ts
 * import { isNumberArray } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([new Uint8Array(1), [1]].map(isNumberArray), [true, false]);
 * ```
 */
export function isNumberArray(values: unknown): values is NumberArray {
  return ArrayBuffer.isView(values) && !(values instanceof DataView);
}

function isBig(values: NumberArray): values is BigInt64Array | BigUint64Array {
  return values instanceof BigInt64Array || values instanceof BigUint64Array;
}

function toFloat32(values: NumberArray): Float32Array {
  if (values instanceof Float32Array) return values;
  // Integers of up to 16 bits need no check.
  if (!isBig(values) && values.BYTES_PER_ELEMENT <= 2) return new Float32Array(values);
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

/** Writes nested numbers from `at` on, and returns the index after the last one. */
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
    const lengths = `${shape[axis]} in one place and ${other} in another`;
    fail("make a tensor", `the arrays are ragged, the length of axis ${axis} is ${lengths}`);
  }
  let end = at;
  for (const v of values) end = fill(data, end, v, shape, axis + 1);
  return end;
}
