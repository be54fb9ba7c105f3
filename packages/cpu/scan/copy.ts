// Arguments on their way into the kernels' memory, and results on their way out.
import type { HostStorage, ScanArgs, Storage } from "@spikeloop/backend";
import { copyOf, isZeroStorage, longestShared, place } from "../allocate.ts";
import { asSource, borrow, prepare } from "../source.ts";
import { copy, copyRectangle } from "../staging.ts";
import type { ForwardArgs } from "./kernels/loops.ts";

/** Copies `count` numbers of a storage, from `first` on, to an address; zeros without one. */
export function copyRows(
  floats: Float32Array,
  at: number,
  from: Storage | undefined,
  first: number,
  count: number,
): void {
  if (from === undefined || isZeroStorage(from)) floats.fill(0, at / 4, at / 4 + count);
  else if (from.length === count) floats.set(borrow(from), at / 4);
  else copy(borrow(from), first, count, floats, at / 4);
}

/** The most rows and steps of a tile, and the bytes from a time step to the next. */
export type TileExtents = Readonly<Record<"rows" | "steps" | "stride", number>>;

/**
 * Which part of [T, N, D] arrays a tile holds: from time step `start` and row `row` on, of each
 * step `count` numbers from the number `first` on. Its time steps are `stride` bytes apart.
 */
export function regionOf(
  { steps: allSteps, batch, units }: Pick<ScanArgs, "steps" | "batch" | "units">,
  tile: TileExtents,
  row: number,
  start: number,
) {
  const rows = Math.min(tile.rows, batch - row);
  const steps = Math.min(tile.steps, allSteps - start);
  const [size, first, count] = [batch * units, row * units, rows * units];
  return { start, steps, size, row, rows, first, count, stride: tile.stride };
}

export type SequenceRegion = Readonly<ReturnType<typeof regionOf>>;

type Addresses = Pick<
  ForwardArgs,
  "x" | "noise" | "noiseStride" | "state" | "arrayStride" | "lateral" | "lateralStride"
>;

/** Copies a tile's part of a [T, N, D] array into the memory. */
export function loadSequence(
  floats: Float32Array,
  at: number,
  from: Storage,
  { start, steps, size, first, count, stride }: SequenceRegion,
): void {
  const isWhole = from.length === steps * count && stride === 4 * count;
  if (isWhole && from instanceof Float32Array) floats.set(from, at / 4);
  else {
    const source = asSource(from);
    copyRectangle(source, start * size + first, size, steps, count, floats, at / 4, stride / 4);
  }
}

/** Copies a tile's part of a [T, N, D] array out of the memory. */
export function storeSequence(
  floats: Float32Array,
  at: number,
  to: Float32Array,
  { start, steps, size, first, count, stride }: SequenceRegion,
): void {
  copyRectangle(floats, at / 4, stride / 4, steps, count, to, start * size + first, size);
}

/** Copies x and noise of a tile in. */
export function loadSequences(
  floats: Float32Array,
  { x, noise }: ScanArgs,
  at: Addresses,
  region: SequenceRegion,
): void {
  loadSequence(floats, at.x, x, region);
  for (let i = 0; i < noise.length; i++) {
    loadSequence(floats, at.noise + i * at.noiseStride, noise[i], region);
  }
}

/** Copies the states and lateral currents before the first step of a tile in. */
export function loadStates(
  floats: Float32Array,
  { state, lateral, delay }: ScanArgs,
  at: Addresses,
  { size, first, count }: SequenceRegion,
): void {
  for (let i = 0; i < state.length; i++) {
    copyRows(floats, at.state + i * at.arrayStride, state[i], first, count);
  }
  for (let i = 0; lateral && i < delay; i++) {
    copyRows(floats, at.lateral + i * at.lateralStride, lateral, i * size + first, count);
  }
}

/** Whether a parameter is given per unit: 1 if so, as a number for the keys of plans. */
export function isPerUnit(param: number | Storage, units: number): number {
  return typeof param !== "number" && param.length === units && units > 1 ? 1 : 0;
}

/**
 * Writes the parameters where kernels read them: numbers from address 0 on, and those given per
 * unit once per row of a slab.
 */
export function placeParams(
  floats: Float32Array,
  { params, units }: ScanArgs,
  at: Readonly<Record<"slabRows" | "params" | "arrayStride", number>>,
): void {
  let to = at.params / 4;
  for (let i = 0; i < params.length; i++) {
    const p = params[i];
    if (typeof p === "number") floats[i] = p;
    else if (p.length === 1) floats[i] = borrow(p)[0];
    else {
      for (let r = 0; r < at.slabRows; r++) floats.set(borrow(p), to + r * units);
      to += at.arrayStride / 4;
    }
  }
}

/** Numbers of a buffer. Their view is made when they are read, which few are. */
class Part implements HostStorage {
  declare readonly buffer: ArrayBuffer;
  declare readonly start: number;
  declare readonly length: number;
  declare view: Float32Array | undefined;

  constructor(buffer: ArrayBuffer, start: number, length: number) {
    this.buffer = buffer;
    this.start = start;
    this.length = length;
    this.view = undefined;
  }

  numbers(): Float32Array {
    return this.view ??= new Float32Array(this.buffer, this.start, this.length);
  }
}

/** An array of a memory: where it starts, and how many numbers it has. */
type Span = readonly [at: number, length: number];
type Copier = (from: Float32Array, read?: number) => Storage[];

/**
 * Copies arrays that lie close together: small results at once, of which perhaps only the one at
 * `read` will be read.
 */
export function copierOf(spans: readonly Span[]): Copier {
  const start = Math.min(...spans.map(([at]) => at));
  const end = Math.max(...spans.map(([at, length]) => at + 4 * length));
  const arrays = spans.map(([at, length]) => ({ at, length, offset: at - start }));
  const total = (end - start) / 4;
  if (spans.length === 0 || total > longestShared) {
    return (from) => arrays.map(({ at, length }) => copyOf(from.subarray(at / 4, at / 4 + length)));
  }
  /** The memory of the latest call, and a view of its part. */
  let memory: Float32Array | undefined;
  let part: Float32Array = new Float32Array(0);
  return (from, read) => {
    if (memory !== from) {
      memory = from;
      part = from.subarray(start / 4, end / 4);
    }
    const { numbers, buffer, used } = place(total);
    numbers.set(part, used - total);
    const copies = new Array<Storage>(arrays.length);
    for (let i = 0; i < arrays.length; i++) {
      const { offset, length } = arrays[i];
      const at = 4 * (used - total) + offset;
      copies[i] = read === undefined || i === read
        ? new Float32Array(buffer, at, length)
        : new Part(buffer, at, length);
    }
    return copies;
  };
}

/** Computes the inputs of a call that are not there yet: that may take this memory. */
export function borrowInputs({ x, noise, state, lateral, weight, bias, params }: ScanArgs): void {
  prepare(x);
  for (const s of noise) borrow(s);
  for (const s of state) borrow(s);
  for (const p of params) if (typeof p !== "number") borrow(p);
  if (lateral) borrow(lateral);
  if (weight) borrow(weight);
  if (bias) borrow(bias);
}
