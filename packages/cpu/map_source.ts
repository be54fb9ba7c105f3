import { type MapOperand, sizeOf } from "@spikeloop/backend";
import { allocate } from "./allocate.ts";
import { collapse, cpuGather } from "./movement.ts";
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
    return { data: allocate(1).fill(operand), period: size, repeat: size };
  }
  const data = borrow(operand.storage);
  if (data.length === size) return { data, period: size, repeat: 1 };
  if (data.length === 1) return { data, period: size, repeat: size };
  const view = { storage: data, shape, strides: operand.strides, offset: 0 };
  // Along one axis all numbers must follow each other: stretched axes outside of it repeat it as a
  // whole, those inside repeat its elements.
  const axes = collapse(view);
  const [at, repeat] = axes[0].stride === 0 ? [1, axes[0].extent] : [0, 1];
  const { extent, stride } = axes[at];
  if (stride === 1 && extent === data.length) return { data, period: repeat * extent, repeat };
  return { data: cpuGather(view, allocate), period: size, repeat: 1 };
}

/** All operands as read for a result of this shape. */
export const sourcesOf = (operands: readonly MapOperand[], shape: readonly number[]): MapSource[] =>
  operands.map((operand) => mapSourceOf(operand, shape));

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
  if (repeat === 1) {
    for (let put = to; put < end; at = 0) {
      const part = Math.min(period - at, end - put);
      copy(data, at, part, target, put);
      put += part;
    }
    return;
  }
  let index = Math.floor(at / repeat);
  at -= index * repeat;
  for (let put = to; put < end; at = 0) {
    const value = data[index++];
    const next = Math.min(put + repeat - at, end);
    if (next - put > 24) target.fill(value, put, next);
    else for (let i = put; i < next; i++) target[i] = value;
    put = next;
    if (index * repeat === period) index = 0;
  }
}
