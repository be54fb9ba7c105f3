import type { MapKernel, MapOperand } from "../backend.ts";
import { map as evaluate } from "../reference/map.ts";
import { sizeOf } from "../shape.ts";
import { allocate } from "./allocate.ts";
import { type CompiledMap, compileMap, vectorBytes } from "./map_kernel.ts";
import { copySource, type MapSource, sourceOf } from "./map_source.ts";
import { copy, scratch } from "./scratch.ts";

/** Elements that a kernel computes with the evaluator before it is worth compiling. */
const worthCompiling = 256;

/** The compiled form of each kernel, or how many elements it has computed so far. */
const compiled = new WeakMap<MapKernel, CompiledMap | number>();

/** An elementwise kernel as WebAssembly SIMD, streamed tile by tile through the scratch memory. */
export function map(
  kernel: MapKernel,
  operands: readonly MapOperand[],
  shape: readonly number[],
): Float32Array[] {
  const size = sizeOf(shape);
  if (size === 0) return kernel.outputs.map(() => allocate(0));
  let code = compiled.get(kernel) ?? 0;
  if (typeof code === "number") {
    code += size;
    if (code < worthCompiling) {
      compiled.set(kernel, code);
      return evaluate(kernel, operands, shape);
    }
    compiled.set(kernel, code = compileMap(kernel));
  }
  return size <= code.tile
    ? mapOneTile(code, operands, shape, size)
    : mapTiles(code, operands, shape, size);
}

/** The whole result at once. Small maps are called often: nothing is made here but the results. */
function mapOneTile(
  code: CompiledMap,
  operands: readonly MapOperand[],
  shape: readonly number[],
  size: number,
): Float32Array[] {
  const { floats } = scratch();
  for (let slot = 0; slot < code.inputs; slot++) {
    const operand = operands[slot];
    const at = slot * code.stride;
    if (typeof operand === "number") fill(floats, operand, at, size);
    else {
      const data = operand.storage;
      if (data instanceof Float32Array && data.length === size) copy(data, 0, size, floats, at);
      else copySource(sourceOf(operand, shape), 0, size, floats, at);
    }
  }
  code.run(vectorBytes(size));
  const { views } = code;
  if (code.viewed !== size) {
    for (let i = 0; i < code.outputs; i++) {
      const at = (code.inputs + i) * code.stride;
      views[i] = floats.subarray(at, at + size);
    }
    code.viewed = size;
  }
  return views.map((view) => {
    const result = allocate(size);
    copy(view, 0, size, result, 0);
    return result;
  });
}

function mapTiles(
  code: CompiledMap,
  operands: readonly MapOperand[],
  shape: readonly number[],
  size: number,
): Float32Array[] {
  const { floats } = scratch();
  const sources = operands.map((operand) => sourceOf(operand, shape));
  // A tile is a multiple of every period that fits it: such operands are the same in all tiles and copied once.
  const fits = (s: MapSource) => s.period <= code.tile;
  const period = sources.reduce((most, s) => fits(s) ? Math.max(most, s.period) : most, 1);
  const tile = code.tile - code.tile % period;
  const results = Array.from({ length: code.outputs }, () => allocate(size));
  for (let from = 0; from < size; from += tile) {
    const count = Math.min(tile, size - from);
    sources.forEach((s, slot) => {
      const same = fits(s) || s.repeat === size;
      if (from === 0 || !same) copySource(s, from, count, floats, slot * code.stride);
    });
    code.run(vectorBytes(count));
    results.forEach((result, i) =>
      copy(floats, (code.inputs + i) * code.stride, count, result, from)
    );
  }
  return results;
}

function fill(target: Float32Array, value: number, at: number, count: number): void {
  if (count <= 24) { for (let i = 0; i < count; i++) target[at + i] = value; }
  else target.fill(value, at, at + count);
}
