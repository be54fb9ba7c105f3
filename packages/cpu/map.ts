// Elementwise kernels as WebAssembly SIMD, streamed tile by tile through the staging memory.
import { type MapKernel, type MapOperand, memoized, sizeOf } from "@spikeloop/backend";
import { allocate } from "./allocate.ts";
import { borrow } from "./source.ts";
import { compileMap, isInMask, type MapExecutable } from "./map_kernel.ts";
import { copySource, type MapSource, mapSourceOf, sourcesOf } from "./map_source.ts";
import { copy, isBehind, slotsAt, staging } from "./staging.ts";

/** Elements that a kernel computes before it is worth compiling. */
const worthCompiling = 256;

interface KernelRecord {
  /** The elements that a kernel has computed. */
  computed: number;
  /** The executable that ran last. */
  latest: MapExecutable | undefined;
}

const records = /* @__PURE__ */ new WeakMap<MapKernel, KernelRecord>();

function recordOf(kernel: MapKernel): KernelRecord {
  let record = records.get(kernel);
  if (record === undefined) records.set(kernel, record = { computed: 0, latest: undefined });
  return record;
}

/** An executable per sets of constant and direct slots, the last sixteen of a kernel. */
const executableOf = /* @__PURE__ */ memoized(
  (kernel: MapKernel, [constant, direct]) => compileMap(kernel, constant, direct),
  16,
);

/** The executable of a kernel for these masks of slots. */
function executableFor(
  kernel: MapKernel,
  constant: number,
  direct: number,
  record: KernelRecord,
): MapExecutable {
  const { latest } = record;
  if (latest?.constant === constant && latest.direct === direct) return latest;
  return record.latest = executableOf(kernel, [constant, direct]);
}

/**
 * The outputs of an elementwise kernel, each of shape `shape`, to which operands are stretched.
 * `interpret`, if it is there, computes them as long as the kernel isn't worth compiling.
 */
export function cpuMap(
  kernel: MapKernel,
  operands: readonly MapOperand[],
  shape: readonly number[],
  interpret?: typeof cpuMap,
): Float32Array[] {
  const size = sizeOf(shape);
  if (size === 0) return resultsOf(kernel.outputs, size);
  const record = recordOf(kernel);
  if (record.computed < worthCompiling) {
    record.computed += size;
    if (interpret && record.computed < worthCompiling) return interpret(kernel, operands, shape);
  }
  // Kernels share the staging memory: nothing is computed while one runs.
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i];
    if (typeof operand !== "number") borrow(operand.storage);
  }
  const constant = constantOf(operands);
  const executable = executableFor(kernel, constant, 0, record);
  const results = resultsOf(kernel.outputs, size);
  if (size <= executable.tile) mapOneTile(executable, operands, shape, results, size);
  else runTiles(kernel, constant, sourcesOf(operands, shape), 0, size, results, 0);
  return results;
}

/** One array of this size per output. */
function resultsOf(outputs: readonly unknown[], size: number): Float32Array[] {
  const results = new Array<Float32Array>(outputs.length);
  for (let i = 0; i < results.length; i++) results[i] = allocate(size);
  return results;
}

/** The operands that are the same everywhere, as a bit mask. */
export function constantOf(operands: readonly MapOperand[]): number {
  let constant = 0;
  for (let slot = 0; slot < operands.length && slot < 31; slot++) {
    const operand = operands[slot];
    if (typeof operand === "number" || operand.storage.length === 1) constant |= 1 << slot;
  }
  return constant;
}

/** The bytes that `count` numbers take, rounded up to whole vectors. */
const vectorBytes = (count: number): number => (count + 3 & ~3) << 2;

/** The whole results at once. Small maps are called often: it allocates nothing. */
function mapOneTile(
  executable: MapExecutable,
  operands: readonly MapOperand[],
  shape: readonly number[],
  results: readonly Float32Array[],
  size: number,
): void {
  const { floats } = staging();
  const { constant, inputs, stride, views } = executable;
  for (let slot = 0; slot < inputs; slot++) {
    const operand = operands[slot];
    const at = slotsAt + slot * stride;
    const data = typeof operand === "number" ? undefined : borrow(operand.storage);
    if (isInMask(constant, slot)) floats[at] = data ? data[0] : operand as number;
    else if (data?.length === size) copy(data, 0, size, floats, at);
    else copySource(mapSourceOf(operand, shape), 0, size, floats, at);
  }
  executable.run(vectorBytes(size));
  for (let i = 0; i < results.length; i++) {
    const at = slotsAt + (inputs + i) * stride;
    if (views[i]?.length !== size) views[i] = floats.subarray(at, at + size);
    copy(views[i], 0, size, results[i], 0);
  }
}

/** The bit of a slot that a kernel reads or writes in place, at the address that this appends. */
function bring(addresses: number[], slot: number, data: Float32Array, first: number): number {
  const { floats } = staging();
  // A single number may be a constant, which the kernel reads in its slot.
  if (slot > 30 || data.length === 1 || data === floats || !isBehind(floats, data)) return 0;
  addresses.push(data.byteOffset + 4 * first);
  return 1 << slot;
}

/**
 * Computes `count` elements from `from` on, tile by tile, into each target from `to` on. Kernels
 * read and write in place what lies behind their memory.
 */
export function runTiles(
  kernel: MapKernel,
  constant: number,
  sources: readonly MapSource[],
  from: number,
  count: number,
  targets: readonly Float32Array[],
  to: number,
): void {
  const { floats } = staging();
  const addresses: number[] = [];
  let direct = 0;
  for (let slot = 0; slot < sources.length; slot++) {
    const { data, period, repeat } = sources[slot];
    const first = from % period;
    if (repeat === 1 && first + count <= period) direct |= bring(addresses, slot, data, first);
  }
  for (let i = 0; i < targets.length; i++) {
    direct |= bring(addresses, sources.length + i, targets[i], to);
  }
  const record = recordOf(kernel);
  const { run, inputs, stride, tile: longest } = executableFor(kernel, constant, direct, record);
  // A tile is a multiple of every period that fits it: such operands are the same in all tiles and
  // copied once.
  let multiple = 1;
  for (const { period } of sources) if (period <= longest && period > multiple) multiple = period;
  const tile = longest - longest % multiple;
  for (let done = 0; done < count; done += tile) {
    const part = Math.min(tile, count - done);
    for (let slot = 0; slot < inputs; slot++) {
      const { data, period, repeat } = sources[slot];
      if (isInMask(direct, slot) || done > 0 && (period <= longest || repeat === period)) continue;
      const at = slotsAt + slot * stride;
      if (isInMask(constant, slot)) floats[at] = data[0];
      else copySource(sources[slot], from + done, part, floats, at);
    }
    run(vectorBytes(part), ...addresses);
    for (let i = 0; i < addresses.length; i++) addresses[i] += 4 * tile;
    for (let i = 0; i < targets.length; i++) {
      if (isInMask(direct, inputs + i)) continue;
      copy(floats, slotsAt + (inputs + i) * stride, part, targets[i], to + done);
    }
  }
}
