import { hostArray, type MapKernel, type MapOperand, sizeOf } from "@spikeloop/backend";
import { allocate } from "./allocate.ts";
import { type CompiledMap, compileMap, isConstant, vectorBytes } from "./map_kernel.ts";
import { copySource, type MapSource, sourceOf } from "./map_source.ts";
import { copy, scratch } from "./scratch.ts";

/** Elements that a kernel computes before it is worth compiling. */
const worthCompiling = 256;

/** What is known of a kernel: how many elements it has computed, and its compiled forms by their constant inputs. */
interface KernelRecord {
  computed: number;
  /** The one used last. */
  latest: CompiledMap | undefined;
  readonly forms: Map<number, CompiledMap>;
}

const records = new WeakMap<MapKernel, KernelRecord>();

function recordOf(kernel: MapKernel): KernelRecord {
  let record = records.get(kernel);
  if (record === undefined) {
    records.set(kernel, record = { computed: 0, latest: undefined, forms: new Map() });
  }
  return record;
}

/** Whether a kernel that is to compute `size` further elements is worth compiling. */
export function isWorthCompiling(kernel: MapKernel, size: number): boolean {
  const record = recordOf(kernel);
  if (record.computed < worthCompiling) record.computed += size;
  return record.computed >= worthCompiling;
}

/** An elementwise kernel as WebAssembly SIMD, streamed tile by tile through the scratch memory. */
export function cpuMap(
  kernel: MapKernel,
  operands: readonly MapOperand[],
  shape: readonly number[],
): Float32Array[] {
  const size = sizeOf(shape);
  if (size === 0) return kernel.outputs.map(() => allocate(0));
  const code = formOf(kernel, recordOf(kernel), constantOf(operands));
  return size <= code.tile
    ? mapOneTile(code, operands, shape, size)
    : mapTiles(code, operands, shape, size);
}

/** The operands that are the same everywhere, as a bit mask. */
function constantOf(operands: readonly MapOperand[]): number {
  let constant = 0;
  for (let slot = 0; slot < operands.length && slot < 31; slot++) {
    const operand = operands[slot];
    if (typeof operand === "number" || operand.storage.length === 1) constant |= 1 << slot;
  }
  return constant;
}

/** The number that a constant operand stands for. */
function valueOf(operand: MapOperand): number {
  return typeof operand === "number" ? operand : hostArray(operand.storage)[0];
}

function formOf(kernel: MapKernel, record: KernelRecord, constant: number): CompiledMap {
  if (record.latest?.constant === constant) return record.latest;
  let code = record.forms.get(constant);
  if (code === undefined) record.forms.set(constant, code = compileMap(kernel, constant));
  return record.latest = code;
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
    if (isConstant(code.constant, slot)) floats[at] = valueOf(operand);
    else if (typeof operand === "number") floats.fill(operand, at, at + size);
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
      if (from > 0 && same) return;
      const at = slot * code.stride;
      if (isConstant(code.constant, slot)) floats[at] = s.data[0];
      else copySource(s, from, count, floats, at);
    });
    code.run(vectorBytes(count));
    results.forEach((result, i) =>
      copy(floats, (code.inputs + i) * code.stride, count, result, from)
    );
  }
  return results;
}
