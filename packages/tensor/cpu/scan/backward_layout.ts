// How pullbacks run: which rows go through time together, and where their arrays lie.
import type { ScanKernel, ScanWants } from "../../backend.ts";
import { gradientRows, slabRows } from "../../reference/lateral.ts";
import type { Ranges } from "./copy_together.ts";
import type { BackwardKernel } from "./backward_kernel.ts";
import type { BackArgs } from "./emit_back.ts";
import { gradientBytes } from "./emit_gradient.ts";
import type { RunArgs } from "./emit_run.ts";
import { TileLayout } from "./memory.ts";
import { scratch } from "./scratch.ts";

/** Numbers in the part of a tile that one time step copies: much shorter copies cost more than they carry. */
const copiedNumbers = 4096;

/** Numbers in a tile's copies of x and cotangents, so that they stay in the second-level cache. */
const tileNumbers = 1 << 15;

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
  /** Bytes from one time step of a tile to the next. */
  readonly stride: number;
  /** One slab is all there is. */
  readonly isOneSlab: boolean;
  /** One tile without gaps is all there is: the gradient of x is copied with the other results. */
  readonly isOnePiece: boolean;
  /**
   * Where results lie that are copied at the end: the gradient of x, of the states where there is one slab, of weight
   * and bias, of parameters.
   */
  readonly results: Ranges;
  /** The arguments of `run` for a tile's first slab; which slab they point at changes during a call. */
  readonly run: RunArgs;
  /** The arguments of `back` for the same. */
  readonly back: BackArgs;
  /** Where the tile's x and noise lie. */
  readonly x: number;
  readonly noise: number;
  /** Sums over 64 rows; over all rows, if there are more; and how many bytes. */
  readonly sums: { readonly part: number; readonly total: number; readonly bytes: number };
  /** Sums of gradients by sets, and where they are merged to. */
  readonly sets: { readonly at: number; readonly bytes: number; readonly to: number };
  /** Where the cotangents of outputs, of x, and of the last lateral current lie. */
  readonly gOut: number;
  readonly gx: number;
  readonly gLast: number;
  /** Where the sums of weight and bias gradients lie, by source, and where they are unpacked to. */
  readonly weights: number;
  readonly weight: number;
  readonly bias: number;
  /** The first address past the tile. */
  readonly end: number;
}

/** How many rows go through time together, and how many are copied together. */
function rowsOf(
  { steps, batch, units, isWhole }: BackwardKey,
  free: boolean,
): { slab: number; tile: number } {
  // Where nothing is summed over the batch, no order must be kept.
  const slab = free ? Math.max(1, Math.floor(1024 / units)) : slabRows(units);
  if (slab >= batch) return { slab: batch, tile: batch };
  if (isWhole || steps * batch * units <= tileNumbers) return { slab, tile: batch };
  const copied = Math.max(1, Math.floor(copiedNumbers / (slab * units)));
  const held = Math.max(1, Math.floor(tileNumbers / (steps * slab * units)));
  return { slab, tile: Math.min(batch, slab * Math.min(copied, held)) };
}

/** Lays a tile out. */
export function makeBackwardPlan(
  kernel: ScanKernel,
  compiled: BackwardKernel,
  key: BackwardKey,
  wants: ScanWants,
): BackwardPlan {
  const { steps, batch, units, group, start } = key;
  const { wiring, wanted, sums, isKept } = compiled;
  const { weights } = wants;
  const rows = rowsOf(key, !weights && sums.length === 0);
  const inTile = rows.tile * units;
  const numbers = rows.slab * units;
  const slab = Math.ceil(numbers / 16) * 64;
  // Without gaps where turns of 16 end with the slab, so that a whole sequence can be copied at once; else with room
  // for what the last slab's last turn writes.
  const isGapless = numbers % 16 === 0 && inTile % 16 === 0;
  const stride = isGapless ? 4 * inTile : Math.ceil(inTile / 16) * 64 + 64;
  const layout = new TileLayout(start);
  const sequence = steps * stride;
  const stateStride = kernel.states.length * slab;
  const pops = group === 0 ? 0 : units / group;
  const x = layout.place(sequence);
  const noise = layout.place(kernel.noise.length * sequence);
  const gOut = layout.place(sequence);
  // Turns may write past a slab, so cotangents are overwritten only where they end with it.
  const inPlace = numbers % 16 === 0 || rows.slab === rows.tile;
  const gx = inPlace ? gOut : layout.place(sequence);
  const gState = layout.place(stateStride);
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
  const course = isKept ? 1 : steps + 1;
  const state = layout.place(course * stateStride);
  const lateral = layout.place(course * slab);
  const kept = layout.place(isKept ? steps * slab : 0);
  const out = layout.place(wiring.form === "dense" ? steps * slab : 0);
  const bitsStride = Math.ceil(numbers / 128) * 16 + 16;
  const bits = layout.place(steps * bitsStride);
  const list = layout.place(4 * group);
  const params = layout.place(kernel.params.length * slab);
  const gLast = layout.place(slab);
  const last = steps - 1;
  const shared = {
    x,
    xStride: stride,
    slab,
    noiseStride: stride,
    noiseSlab: sequence,
    params,
    bitsStride,
    bytes: 4 * numbers,
    rows: rows.slab,
    pops,
  };
  const run = {
    ...shared,
    steps,
    out,
    outStride: slab,
    state,
    stateStride: isKept ? 0 : stateStride,
    kept,
    lateral,
    lateralStride: isKept ? 0 : slab,
    noise,
    bits,
    table: 0,
    list,
    last: 0,
  };
  const back = {
    ...shared,
    steps,
    x: x + last * stride,
    state: isKept ? kept + last * slab : state + last * stateStride,
    stateStride: isKept ? slab : stateStride,
    lateral: lateral + last * slab,
    noise: noise + last * stride,
    gOut: gOut + last * stride,
    gx: gx + last * stride,
    gStride: stride,
    gState,
    gParams: layout.place(wanted.length * slab),
    gLast: 0,
    pulled: layout.place(slab),
    bits: bits + last * bitsStride,
    out: out + last * slab,
    outStride: slab,
    weight: 0,
    gWeight: setBytes > 0 ? sets : weightsPart,
    gSums: part,
    sumStride,
    unitBytes: 4 * units,
  };
  scratch().reserve(layout.end);
  const size = batch * units;
  const isOneSlab = rows.slab === batch;
  const isOnePiece = rows.tile === batch && stride === 4 * size;
  const starts: number[] = [];
  const lengths: number[] = [];
  const add = (at: number, length: number) => {
    starts.push(at / 4);
    lengths.push(length);
  };
  if (isOnePiece) add(gx, steps * size);
  if (isOneSlab && wants.state !== false) {
    kernel.states.forEach((_, i) => add(gState + i * slab, size));
  }
  if (weights) add(weight, units * group);
  if (weights) add(bias, units);
  sums.forEach((_, i) => add(total + i * sumStride, units));
  return {
    key,
    compiled,
    tileRows: rows.tile,
    slabRows: rows.slab,
    stride,
    isOneSlab,
    isOnePiece,
    results: { starts, lengths },
    run,
    back,
    x,
    noise,
    sums: { part, total, bytes: sumBytes },
    sets: { at: sets, bytes: setBytes, to: weightsPart },
    gOut,
    gx,
    gLast,
    weights: total + sums.length * sumStride,
    weight,
    bias,
    end: layout.end,
  };
}
