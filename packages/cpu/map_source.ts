import { type MapOperand, sizeOf } from "@spikeloop/backend";
import { borrow } from "./source.ts";
import { copy } from "./staging.ts";

/**
 * An operand stretched over the result: element i of the result reads
 * data[floor((i mod period) / repeat)].
 */
export interface MapSource {
  readonly data: Float32Array;
  readonly period: number;
  readonly repeat: number;
}

/** An operand as read for a result of shape `shape`, which is not empty. */
export function mapSourceOf(operand: MapOperand, shape: readonly number[]): MapSource {
  const size = sizeOf(shape);
  if (typeof operand === "number") {
    return { data: Float32Array.of(operand), period: size, repeat: size };
  }
  const data = borrow(operand.storage);
  if (data.length === size) return { data, period: size, repeat: 1 };
  if (data.length === 1) return { data, period: size, repeat: size };
  const { strides } = operand;
  // The axes along which it is walked must be neighbours: stretched axes outside of them repeat it
  // as a whole, those inside repeat its elements.
  let repeat = 1;
  let axis = shape.length - 1;
  for (; axis >= 0 && (strides[axis] === 0 || shape[axis] === 1); axis--) repeat *= shape[axis];
  let count = 1;
  for (; axis >= 0 && (strides[axis] === count || shape[axis] === 1); axis--) count *= shape[axis];
  if (count === data.length) return { data, period: repeat * count, repeat };
  return { data: expanded(data, strides, shape, size), period: size, repeat: 1 };
}

function expanded(
  data: Float32Array,
  strides: readonly number[],
  shape: readonly number[],
  size: number,
): Float32Array {
  const result = new Float32Array(size);
  let to = 0;
  const walk = (axis: number, at: number) => {
    if (axis === shape.length) result[to++] = data[at];
    else for (let i = 0; i < shape[axis]; i++) walk(axis + 1, at + i * strides[axis]);
  };
  walk(0, 0);
  return result;
}

/** Copies the elements of the result's range [from, from + count) into `target` at `to`. */
export function copySource(
  source: MapSource,
  from: number,
  count: number,
  target: Float32Array,
  to: number,
): void {
  const { data, period, repeat } = source;
  const end = to + count;
  let at = from % period;
  for (let put = to; put < end;) {
    const index = Math.floor(at / repeat);
    const part = Math.min(repeat === 1 ? period - at : (index + 1) * repeat - at, end - put);
    if (repeat === 1) copy(data, at, part, target, put);
    else if (part > 24) target.fill(data[index], put, put + part);
    else for (let i = 0; i < part; i++) target[put + i] = data[index];
    put += part;
    at += part;
    if (at === period) at = 0;
  }
}
