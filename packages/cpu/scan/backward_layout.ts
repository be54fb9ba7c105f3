// How pullbacks run: where the arrays of a tile lie.
import { gradientRows, type ScanKernel, type ScanWants } from "@spikeloop/backend";
import type { Ranges } from "./copy_together.ts";
import { backwardExtents } from "./backward_extents.ts";
import type { BackwardKernel } from "./backward_kernel.ts";
import type { BackArgs } from "./emit_back.ts";
import { gradientBytes } from "./emit_gradient.ts";
import { TileLayout } from "./memory.ts";
import { scratch } from "./scratch.ts";

/** Up to so many numbers, the gradient of x is copied once it is whole: it need not be filled with zeros first. */
const wholeNumbers = 1 << 19;

/** What a plan was made for. */
export interface BackwardKey {
  readonly steps: number;
  readonly batch: number;
  readonly units: number;
  readonly group: number;
  readonly perUnit: number;
  /** Which cotangents and gradients there are. */
  readonly options: number;
  /** One tile holds all rows. */
  readonly isWhole: boolean;
  /** Where the tile starts. */
  readonly start: number;
}

/**
 * How pullbacks of the same extents run. A tile is what is copied at a time; it is a number of slabs, which go through
 * time one after another.
 */
export interface BackwardPlan {
  readonly key: BackwardKey;
  readonly compiled: BackwardKernel;
  /** Rows of a tile. */
  readonly tileRows: number;
  /** Rows of a slab. */
  readonly slabRows: number;
  /** Time steps of a part. Where there are several, a tile is a slab. */
  readonly partSteps: number;
  /** Where the states before each part but the last lie. */
  readonly remembered: number;
  /** One tile is all there is. */
  readonly isOneTile: boolean;
  /** The gradient of x lies in one piece, whatever the tiles, and is copied with the other results. */
  readonly isOnePiece: boolean;
  /**
   * Where results lie that are copied at the end: gradients of the states where there is one tile, of x where it lies
   * in one piece, of weight and bias, of parameters.
   */
  readonly results: Ranges;
  /** The arguments of `back` for a tile's first slab; which slab they point at changes during a call. */
  readonly back: BackArgs;
  /** Where the tile's sequences start: x, noise, the cotangents of outputs and of x. */
  readonly x: number;
  readonly noise: number;
  readonly gOut: number;
  readonly gx: number;
  /** Where its [rows, D] arrays start: states, their cotangents, lateral currents, gradients of parameters. */
  readonly state: number;
  readonly gState: number;
  readonly lateral: number;
  readonly gLast: number;
  readonly gParams: number;
  /** Sums over 64 rows; over all rows, if there are more; and how many bytes. */
  readonly sums: { readonly part: number; readonly total: number; readonly bytes: number };
  /** Sums of gradients by sets, and where they are merged to. */
  readonly sets: { readonly at: number; readonly bytes: number; readonly to: number };
  /** Where the sums of weight and bias gradients lie, by source, and where they are unpacked to. */
  readonly weights: number;
  readonly weight: number;
  readonly bias: number;
  /** The first address past the tile. */
  readonly end: number;
}

/** Lays a tile out. */
export function makeBackwardPlan(
  kernel: ScanKernel,
  compiled: BackwardKernel,
  key: BackwardKey,
  wants: ScanWants,
): BackwardPlan {
  const { steps, batch, units, group, isWhole, start } = key;
  const { wiring, wanted, sums, isKept } = compiled;
  const { weights } = wants;
  const { slabRows, tileRows, partSteps } = backwardExtents(key, !weights && sums.length === 0);
  const size = batch * units;
  const inTile = tileRows * units;
  const numbers = slabRows * units;
  const isAligned = numbers % 16 === 0;
  const slabBytes = Math.ceil(numbers / 16) * 64;
  // From one [rows, D] array to the next. Whoever runs all rows as one tile hands each slab its states.
  const slab = isWhole ? slabBytes : Math.ceil(inTile / 16) * 64;
  // Without gaps where turns of 16 end with the slab, so that a whole sequence can be copied at once; else with room
  // for what the last slab's last turn writes.
  const isGapless = isAligned && inTile % 16 === 0;
  const stride = isGapless ? 4 * inTile : Math.ceil(inTile / 16) * 64 + 64;
  const isOneTile = tileRows === batch;
  const parts = Math.ceil(steps / partSteps);
  const isOnePiece = isGapless && size % 16 === 0 && steps * size <= wholeNumbers && !isWhole &&
    parts === 1;
  const layout = new TileLayout(start);
  const sequence = partSteps * stride;
  const stateStride = kernel.states.length * slab;
  const pops = group === 0 ? 0 : units / group;
  const x = layout.place(sequence);
  const noise = layout.place(kernel.noise.length * sequence);
  const gState = layout.place(stateStride);
  const gOut = layout.place(sequence);
  // Turns may write past a slab, so cotangents are overwritten only where they end with it.
  const inPlace = isOnePiece ? isOneTile : isAligned || slabRows === tileRows;
  const gStride = isOnePiece ? 4 * size : stride;
  const gx = inPlace ? gOut : layout.place(partSteps * gStride);
  const weight = layout.place(weights ? 4 * units * group : 0);
  const bias = layout.place(weights ? 4 * units : 0);
  const sumStride = Math.ceil(units / 4) * 16;
  const sumBytes = sums.length * sumStride +
    (weights ? pops * gradientBytes(wiring).population : 0);
  const part = layout.place(sumBytes);
  const total = batch > gradientRows ? layout.place(sumBytes) : part;
  const weightsPart = part + sums.length * sumStride;
  const setBytes = compiled.merge === undefined ? 0 : pops * wiring.tableBytes;
  const sets = layout.place(setBytes);
  // Either the course of states and lateral currents is kept, or that of one value.
  const course = isKept ? 1 : partSteps + 1;
  const state = layout.place(course * stateStride);
  const lateral = layout.place(course * slab);
  const bitsStride = Math.ceil(numbers / 128) * 16 + 16;
  const gLast = layout.place(slab);
  const remembered = layout.place((parts - 1) * (kernel.states.length + 1) * slab);
  const back = {
    steps,
    x,
    xStride: stride,
    out: layout.place(wiring.form === "dense" ? partSteps * slabBytes : 0),
    outStride: slabBytes,
    state,
    stateStride: isKept ? 0 : stateStride,
    slab,
    kept: layout.place(isKept ? partSteps * slabBytes : 0),
    keptStride: slabBytes,
    lateral,
    lateralStride: isKept ? 0 : slab,
    noise,
    noiseStride: stride,
    noiseSlab: sequence,
    params: layout.place(kernel.params.length * slab),
    bits: layout.place(partSteps * bitsStride),
    bitsStride,
    bytes: 4 * numbers,
    table: 0,
    list: layout.place(4 * group),
    rows: slabRows,
    pops,
    last: 0,
    gOut,
    gx,
    gStride,
    gState,
    gParams: layout.place(wanted.length * slab),
    gLast: 0,
    pulled: layout.place(slabBytes),
    nothing: layout.place(slabBytes),
    weight: 0,
    gWeight: setBytes > 0 ? sets : weightsPart,
    gSums: part,
    sumStride,
    unitBytes: 4 * units,
  };
  scratch().reserve(layout.end);
  const starts: number[] = [];
  const lengths: number[] = [];
  const add = (at: number, length: number) => {
    starts.push(at / 4);
    lengths.push(length);
  };
  if (isOneTile && wants.state !== false) {
    kernel.states.forEach((_, i) => add(gState + i * slab, size));
  }
  if (isOnePiece) add(gx, steps * size);
  if (weights) add(weight, units * group);
  if (weights) add(bias, units);
  sums.forEach((_, i) => add(total + i * sumStride, units));
  return {
    key,
    compiled,
    tileRows,
    slabRows,
    partSteps,
    remembered,
    isOneTile,
    isOnePiece,
    results: { starts, lengths },
    back,
    x,
    noise,
    gOut,
    gx,
    state,
    gState,
    lateral,
    gLast,
    gParams: back.gParams,
    sums: { part, total, bytes: sumBytes },
    sets: { at: sets, bytes: setBytes, to: weightsPart },
    weights: total + sums.length * sumStride,
    weight,
    bias,
    end: layout.end,
  };
}
