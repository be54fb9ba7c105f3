import type {
  ScanArgs,
  ScanCotangents,
  ScanGradients,
  ScanKernel,
  ScanWants,
  Storage,
} from "../../backend.ts";
import { array } from "../../reference/array.ts";
import { gradientRows } from "../../reference/lateral.ts";
import { scanPullback } from "../../scan_pullback.ts";
import { allocate } from "../allocate.ts";
import { copyTogether } from "./copy_together.ts";
import type { BackwardPlan } from "./backward_layout.ts";
import { backwardPlan } from "./backward_plan.ts";
import { copyRows, copySequence } from "./copy.ts";
import { placeParams } from "./place_params.ts";
import { scratch } from "./scratch.ts";

/** One call of `scanBackward`. */
interface Call {
  readonly plan: BackwardPlan;
  readonly floats: Float32Array;
  readonly args: ScanArgs;
  readonly cotangents: ScanCotangents;
  readonly wants: ScanWants;
}

/** What is filled tile by tile: [N, D] each, where several tiles make it. */
interface Filled {
  readonly state: readonly Float32Array[];
  readonly params: readonly (Float32Array | undefined)[];
}

const nothing: Filled = { state: [], params: [] };

/** The pullback of `scan`: recomputes the states' course slab by slab, then goes back through time. */
export function scanBackward(
  kernel: ScanKernel,
  args: ScanArgs,
  _out: Storage,
  cotangents: ScanCotangents,
  wants: ScanWants,
): ScanGradients {
  const plan = backwardPlan(kernel, args, cotangents, wants);
  const { floats } = scratch();
  const { sums, sets, back, compiled, isOneTile } = plan;
  const { steps, batch, units, group } = args;
  const size = batch * units;
  placeParams(floats, args, plan.slabRows, back.slab, back.params);
  if (sums.bytes > 0) floats.fill(0, sums.part / 4, (sums.total + sums.bytes) / 4);
  if (sets.bytes > 0) floats.fill(0, sets.at / 4, (sets.at + sets.bytes) / 4);
  if (group > 0) floats.fill(-0, back.nothing / 4, (back.nothing + back.bytes) / 4);
  aimAtLast(plan, cotangents);
  const call = { plan, floats, args, cotangents, wants };
  const wantsState = wants.state !== false;
  const filled = isOneTile && compiled.wanted.length === compiled.sums.length ? nothing : {
    state: wantsState && !isOneTile ? args.state.map(() => allocate(size)) : [],
    params: wants.params.map((w) => w === "rows" ? allocate(size) : undefined),
  };
  const gx = plan.isOnePiece ? undefined : allocate(steps * size);
  for (let row = 0; row < batch; row += plan.tileRows) {
    runTile(call, row, Math.min(plan.tileRows, batch - row), filled, gx);
  }
  if (wants.weights) compiled.unpack(plan.weights, plan.weight, plan.bias, back.pops);
  const copies = copyTogether(floats, plan.results);
  let next = 0;
  const state = isOneTile && wantsState ? args.state.map(() => copies[next++]) : filled.state;
  return {
    x: gx ?? copies[next++],
    state,
    weight: wants.weights ? copies[next++] : undefined,
    bias: wants.weights ? copies[next++] : undefined,
    params: wants.params.map((want, i) => {
      if (want !== "sum") return filled.params[i];
      return scanPullback(kernel).params[i] === undefined ? allocate(units) : copies[next++];
    }),
  };
}

/** Points the arguments at the cotangent of the last lateral current, where there is one. */
export function aimAtLast(
  { key, compiled, back, gLast }: BackwardPlan,
  { lateral }: ScanCotangents,
): void {
  const hasLast = key.group > 0 && lateral !== undefined;
  // The last step's state is wanted for nothing, its output only if the current it sends has a cotangent.
  back.last = hasLast || compiled.isKept ? 0 : 1;
  back.gLast = hasLast ? gLast : 0;
}

/** Copies a tile's rows in, takes its slabs through time, forth and back, and copies their gradients out. */
function runTile(
  call: Call,
  row: number,
  rows: number,
  filled: Filled,
  gx: Float32Array | undefined,
): void {
  const { plan, floats, args, cotangents, wants } = call;
  const { back, compiled, slabRows } = plan;
  const { steps, batch, units, noise, state, lateral } = args;
  const [first, count] = [row * units, rows * units];
  const place = { start: 0, steps, batch, units, row, rows, stride: back.xStride };
  copySequence(floats, plan.x, array(args.x), place, true);
  for (let i = 0; i < noise.length; i++) {
    copySequence(floats, plan.noise + i * back.noiseSlab, array(noise[i]), place, true);
  }
  if (cotangents.out) copySequence(floats, plan.gOut, array(cotangents.out), place, true);
  for (let i = 0; i < state.length; i++) {
    copyRows(floats, plan.state + i * back.slab, state[i], first, count);
    copyRows(floats, plan.gState + i * back.slab, cotangents.state[i], first, count);
  }
  if (lateral) copyRows(floats, plan.lateral, lateral, first, count);
  if (back.gLast !== 0) copyRows(floats, plan.gLast, cotangents.lateral, first, count);
  const { wanted, sums } = compiled;
  if (wanted.length > sums.length) {
    floats.fill(0, plan.gParams / 4, (plan.gParams + wanted.length * back.slab) / 4);
  }
  for (let at = 0; at < rows; at += slabRows) {
    if (slabRows < batch) aimAtSlab(plan, row, at, Math.min(slabRows, rows - at));
    compiled.back(back);
    const end = row + at + back.rows;
    if (end % gradientRows === 0 || end === batch) closeSums(plan);
  }
  const copyOut = (to: Float32Array | undefined, at: number) =>
    to?.set(floats.subarray(at / 4, at / 4 + count), first);
  for (let i = 0; i < filled.state.length; i++) {
    copyOut(filled.state[i], plan.gState + i * back.slab);
  }
  for (let slot = 0; slot < wanted.length; slot++) {
    const i = wanted[slot];
    if (wants.params[i] === "rows") copyOut(filled.params[i], plan.gParams + slot * back.slab);
  }
  if (gx) copySequence(floats, plan.gx, gx, place, false);
}

/** Points the arguments at the slab whose first row is the `at`-th of the tile that starts with `row`. */
function aimAtSlab(plan: BackwardPlan, row: number, at: number, rows: number): void {
  const { back, key: { units } } = plan;
  const offset = 4 * at * units;
  back.x = plan.x + offset;
  back.noise = plan.noise + offset;
  back.gOut = plan.gOut + offset;
  back.gx = plan.gx + (plan.isOnePiece ? 4 * row * units : 0) + offset;
  back.state = plan.state + offset;
  back.lateral = plan.lateral + offset;
  back.gState = plan.gState + offset;
  back.gParams = plan.gParams + offset;
  if (back.gLast !== 0) back.gLast = plan.gLast + offset;
  back.rows = rows;
  back.bytes = 4 * rows * units;
}

/** Ends the sums of 64 rows. */
function closeSums({ compiled, sums, sets, back }: BackwardPlan): void {
  compiled.merge?.(sets.at, sets.to, back.pops);
  if (sums.total !== sums.part) compiled.flush(sums.total, sums.part, sums.bytes);
}
