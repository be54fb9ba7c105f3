// Maps inside a gradient. The sum or pullback that reads one computes it tile by tile.
import { type MapKernel, type MapOperand, sizeOf, type View } from "@spikeloop/backend";
import { LateArray, type Recipe } from "./late_array.ts";
import { constantOf, runTiles } from "./map.ts";
import { copySource, mapSourceOf, sourcesOf } from "./map_source.ts";
import { borrow } from "./source.ts";

/**
 * `cpuMap` inside a gradient: the result is computed where it is read. Undefined for several
 * results.
 */
export function lateMap(
  kernel: MapKernel,
  operands: readonly MapOperand[],
  shape: readonly number[],
): LateArray[] | undefined {
  if (kernel.outputs.length !== 1) return undefined;
  // Operands are computed now, so that no chain of late arrays grows long.
  for (const operand of operands) if (typeof operand !== "number") borrow(operand.storage);
  const constant = constantOf(operands);
  const late = new LateArray(sizeOf(shape), () => {
    const sources = sourcesOf(operands, shape);
    return (from, count, target, to) =>
      runTiles(kernel, constant, sources, from, count, [target], to);
  });
  return [late];
}

/** `cpuGather` likewise, where it repeats numbers that lie together; undefined elsewhere. */
export function lateGather({ storage, offset, shape, strides }: View): LateArray | undefined {
  const size = sizeOf(shape);
  if (offset !== 0 || storage.length >= size) return undefined;
  const recipe: Recipe = () => {
    const source = mapSourceOf({ storage, strides }, shape);
    return (from, count, target, to) => copySource(source, from, count, target, to);
  };
  return new LateArray(size, recipe, undefined, true);
}
