// Maps inside a gradient. Sums and pullbacks compute them tile by tile, and they take no memory.
import { type MapKernel, type MapOperand, sizeOf, type View } from "@spikeloop/backend";
import { schedule } from "@spikeloop/expr";
import { LateArray, longestChain } from "./late_array.ts";
import { constantOf, executableFor, vectorBytes } from "./map.ts";
import { isConstant, longestTile } from "./map_kernel.ts";
import { copySource, mapSourceOf } from "./map_source.ts";
import { memoized } from "./memo.ts";
import { copy, slotsAt, staging } from "./staging.ts";

/** 2 if a kernel takes longer than writing its results and reading them again, or else 1. */
const costOf = /* @__PURE__ */ memoized(
  ({ outputs }: MapKernel) =>
    schedule(outputs).some((e) => "maths" in e && e.maths !== undefined) ? 2 : 1,
  1,
);

/**
 * `cpuMap` inside a gradient: the result is computed where it is read. Undefined for several
 * results. Operands that are late themselves are computed in the same tiles.
 */
export function lateMap(
  kernel: MapKernel,
  operands: readonly MapOperand[],
  shape: readonly number[],
): LateArray[] | undefined {
  const size = sizeOf(shape);
  if (kernel.outputs.length !== 1) return undefined;
  let cost = costOf(kernel, []);
  /** The operands that are computed in the same tiles. */
  const chain: LateArray[] = [];
  /** Per slot its place in the chain, or -1. */
  const links = operands.map((operand) => {
    if (typeof operand === "number" || !(operand.storage instanceof LateArray)) return -1;
    const { storage } = operand;
    if (storage.length !== size || cost + storage.cost > longestChain) storage.borrow();
    else if (!chain.includes(storage) && storage.source() === storage) {
      cost += storage.cost;
      chain.push(storage);
    }
    return chain.indexOf(storage);
  });
  const constant = constantOf(operands);
  return [
    new LateArray(size, cost, () => {
      for (const late of chain) late.prepare();
      const sources = operands.map((o, slot) =>
        links[slot] < 0 ? mapSourceOf(o, shape) : undefined
      );
      return (from, count, target, to, free) => {
        const { floats } = staging();
        const { run, inputs, stride, tile } = executableFor(kernel, constant);
        for (let at = from; at < from + count; at += tile) {
          const part = Math.min(tile, from + count - at);
          // First the chain, whose kernels use the same slots.
          chain.forEach((late, i) => {
            const tileAt = free + i * longestTile;
            late.load(at, part, floats, tileAt, tileAt + longestTile);
          });
          for (let slot = 0; slot < inputs; slot++) {
            const slotAt = slotsAt + slot * stride;
            const source = sources[slot];
            const tileAt = free + links[slot] * longestTile;
            if (source === undefined) floats.copyWithin(slotAt, tileAt, tileAt + part);
            else if (isConstant(constant, slot)) floats[slotAt] = source.data[0];
            else copySource(source, at, part, floats, slotAt);
          }
          run(vectorBytes(part));
          copy(floats, slotsAt + inputs * stride, part, target, to + at - from);
        }
      };
    }),
  ];
}

/** `cpuGather` likewise, where it repeats numbers that lie together; undefined elsewhere. */
export function lateGather({ storage, offset, shape, strides }: View): LateArray | undefined {
  const size = sizeOf(shape);
  if (offset !== 0 || storage.length >= size) return undefined;
  return new LateArray(size, 1, () => {
    const source = mapSourceOf({ storage, strides }, shape);
    return (from, count, target, to) => copySource(source, from, count, target, to);
  });
}
