// Maps inside a gradient. Sums and pullbacks compute them tile by tile, and they take no memory.
import { type MapKernel, type MapOperand, sizeOf, type View } from "@spikeloop/backend";
import { schedule } from "@spikeloop/expr";
import { isLate, LateArray, longestChain } from "./late_array.ts";
import { constantOf, executableFor, vectorBytes } from "./map.ts";
import { isConstant, longestTile } from "./map_kernel.ts";
import { copySource, type MapSource, mapSourceOf } from "./map_source.ts";
import type { Source } from "./source.ts";
import { copy, slotsAt, staging, tilesAt } from "./staging.ts";

/** Whether a kernel takes longer than writing its results and reading them again. */
function isExpensive({ outputs }: MapKernel): boolean {
  return schedule(outputs).some((e) => "maths" in e && e.maths !== undefined);
}

/**
 * `cpuMap` for a large result inside a gradient: it is computed where it is read. Undefined for
 * others. Operands that are late themselves are computed in the same tiles.
 */
export function lateMap(
  kernel: MapKernel,
  operands: readonly MapOperand[],
  shape: readonly number[],
): LateArray[] | undefined {
  const isLarge = kernel.outputs.length === 1 && isLate(sizeOf(shape));
  return isLarge ? [mapLate(kernel, operands, shape)] : undefined;
}

// Apart from the function above, so that small calls make no closures.
function mapLate(
  kernel: MapKernel,
  operands: readonly MapOperand[],
  shape: readonly number[],
): LateArray {
  const size = sizeOf(shape);
  let cost = isExpensive(kernel) ? 2 : 1;
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
  let sources: readonly (MapSource | undefined)[] | undefined;
  const load: Source["load"] = (from, count, target, to, free) => {
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
        const source = sources?.[slot];
        const tileAt = free + links[slot] * longestTile;
        if (source === undefined) floats.copyWithin(slotAt, tileAt, tileAt + part);
        else if (isConstant(constant, slot)) floats[slotAt] = source.data[0];
        else copySource(source, at, part, floats, slotAt);
      }
      run(vectorBytes(part));
      copy(floats, slotsAt + inputs * stride, part, target, to + at - from);
    }
  };
  const prepare = () => {
    for (const late of chain) late.prepare();
    sources ??= operands.map((o, slot) => links[slot] < 0 ? mapSourceOf(o, shape) : undefined);
  };
  const fill = (target: Float32Array) => load(0, size, target, 0, tilesAt);
  return new LateArray(size, { fill, load, cost, prepare, forget: () => sources = undefined });
}

/** `cpuGather` likewise, where it repeats numbers that lie together. */
export function lateGather({ storage, offset, shape, strides }: View): LateArray | undefined {
  const size = sizeOf(shape);
  if (offset !== 0 || !isLate(size) || storage.length >= size) return undefined;
  let source: MapSource | undefined;
  const load: Source["load"] = (from, count, target, to) => {
    if (source !== undefined) copySource(source, from, count, target, to);
  };
  const prepare = () => {
    source ??= mapSourceOf({ storage, strides }, shape);
  };
  const fill = (target: Float32Array) => load(0, size, target, 0, 0);
  return new LateArray(size, { fill, load, cost: 1, prepare, forget: () => source = undefined });
}
