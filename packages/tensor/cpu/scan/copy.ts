import type { Storage } from "../../backend.ts";
import { array } from "../../reference/array.ts";

/** Copies `count` numbers of a storage, from `first` on, to an address; zeros where there is no storage. */
export function copyRows(
  floats: Float32Array,
  at: number,
  from: Storage | undefined,
  first: number,
  count: number,
): void {
  if (from === undefined) floats.fill(0, at / 4, at / 4 + count);
  else if (from.length === count) floats.set(array(from), at / 4);
  else floats.set(array(from).subarray(first, first + count), at / 4);
}

/** Which rows of a [T, N, D] array a tile holds, and how many bytes its time steps are apart. */
export interface SequencePlace {
  readonly steps: number;
  readonly batch: number;
  readonly units: number;
  readonly row: number;
  readonly rows: number;
  readonly stride: number;
}

/** Copies a tile's rows of a [T, N, D] array into the memory, or out of it. */
export function copySequence(
  floats: Float32Array,
  at: number,
  sequence: Float32Array,
  { steps, batch, units, row, rows, stride }: SequencePlace,
  isIn: boolean,
): void {
  const size = batch * units;
  const count = rows * units;
  if (isIn && rows === batch && stride === 4 * count) return floats.set(sequence, at / 4);
  for (let t = 0; t < steps; t++) {
    const here = (at + t * stride) / 4;
    const there = t * size + row * units;
    if (isIn) floats.set(sequence.subarray(there, there + count), here);
    else sequence.set(floats.subarray(here, here + count), there);
  }
}
