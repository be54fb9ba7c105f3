// Which rows of a pullback are copied together, which go through time together, and for how many steps.
import { slabRows } from "@spikeloop/backend";
import type { BackwardKey } from "./backward_layout.ts";
import { alignedRows } from "./memory.ts";

/** Numbers in the part of a tile that one time step copies: much shorter copies cost more than they carry. */
const copiedNumbers = 4096;

/** Numbers in a tile's copies of x and cotangents, so that they stay in the second-level cache. */
const tileNumbers = 1 << 15;

/** Numbers of x that a slab holds at once. Where it has more, it goes through time in parts. */
const heldNumbers = 1 << 18;

/** Numbers of x in a part of few steps. */
const partNumbers = 1 << 16;

/** About how many numbers a slab has where nothing is summed over the batch, so that no order must be kept. */
const freeNumbers = 1024;

/** Rows of a slab, rows of a tile, and time steps of a part; where there are several parts, a tile is a slab. */
export interface BackwardExtents {
  readonly slabRows: number;
  readonly tileRows: number;
  readonly partSteps: number;
}

/** The extents of a pullback; `isFree` if it sums nothing over the batch. */
export function backwardExtents(key: BackwardKey, isFree: boolean): BackwardExtents {
  const { steps, batch, units, isWhole } = key;
  const most = isFree ? freeRows(units) : slabRows(units);
  const slab = Math.min(batch, most);
  const tile = isWhole ? batch : tileOf(key, slab);
  const partSteps = isWhole || tile > slab ? steps : partOf(steps, slab * units);
  return { slabRows: slab, tileRows: tile, partSteps };
}

function freeRows(units: number): number {
  const aligned = alignedRows(freeNumbers / units, units);
  return aligned * units <= copiedNumbers ? aligned : Math.max(1, Math.floor(freeNumbers / units));
}

function tileOf({ steps, batch, units }: BackwardKey, slab: number): number {
  // Turns that do not end with the slab write past it, where another slab's states must not be.
  if (slab * units % 16 !== 0) return slab;
  if (steps * batch * units <= tileNumbers) return batch;
  const copied = Math.max(1, Math.floor(copiedNumbers / (slab * units)));
  const held = Math.max(1, Math.floor(tileNumbers / (steps * slab * units)));
  return Math.min(batch, slab * Math.min(copied, held));
}

/**
 * How many time steps of a slab of so many numbers are held at once. A part costs running its steps once more, and the
 * memory of the state before it: that of all parts and of one part's steps together is least where they are as many.
 */
function partOf(steps: number, numbers: number): number {
  if (steps * numbers <= heldNumbers) return steps;
  return Math.min(steps, Math.max(Math.floor(partNumbers / numbers), Math.ceil(Math.sqrt(steps))));
}
