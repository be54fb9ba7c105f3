import { hostArray, type Storage } from "@spikeloop/backend";
import { isZeroStorage } from "../allocate.ts";

/** Copies `count` numbers of a storage, from `first` on, to an address; zeros where there is no storage. */
export function copyRows(
  floats: Float32Array,
  at: number,
  from: Storage | undefined,
  first: number,
  count: number,
): void {
  if (from === undefined || isZeroStorage(from)) floats.fill(0, at / 4, at / 4 + count);
  else if (from.length === count) floats.set(hostArray(from), at / 4);
  else floats.set(hostArray(from).subarray(first, first + count), at / 4);
}

/** Which part of a [T, N, D] array a tile holds, and how many bytes its time steps are apart. */
export interface SequencePlace {
  /** The first time step. */
  readonly start: number;
  readonly steps: number;
  readonly batch: number;
  readonly units: number;
  readonly row: number;
  readonly rows: number;
  readonly stride: number;
}

/** Copies a tile's part of a [T, N, D] array into the memory, or out of it. */
export function copySequence(
  floats: Float32Array,
  at: number,
  sequence: Float32Array,
  { start, steps, batch, units, row, rows, stride }: SequencePlace,
  isIn: boolean,
): void {
  const size = batch * units;
  // Time steps that lie without gaps on both sides are copied at once.
  const atOnce = rows === batch && stride === 4 * size ? steps : 1;
  const count = atOnce * rows * units;
  for (let t = 0; t < steps; t += atOnce) {
    const here = (at + t * stride) / 4;
    const there = (start + t) * size + row * units;
    if (!isIn) sequence.set(floats.subarray(here, here + count), there);
    else if (count === sequence.length) floats.set(sequence, here);
    else floats.set(sequence.subarray(there, there + count), here);
  }
}
