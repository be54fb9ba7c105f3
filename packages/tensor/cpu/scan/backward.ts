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

/** What is filled slab by slab: [N, D] each, where several slabs make it. */
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
  const { sums, sets, run, back, compiled, results } = plan;
  const { steps, batch, units, group } = args;
  const size = batch * units;
  placeParams(floats, args, plan.slabRows, run.slab, run.params);
  if (sums.bytes > 0) floats.fill(0, sums.part / 4, (sums.total + sums.bytes) / 4);
  if (sets.bytes > 0) floats.fill(0, sets.at / 4, (sets.at + sets.bytes) / 4);
  const hasLast = group > 0 && cotangents.lateral !== undefined;
  aimAtLast(plan, hasLast);
  const call = { plan, floats, args, cotangents, wants };
  const { isOnePiece, isOneSlab } = plan;
  const wantsState = wants.state !== false;
  const filled = isOneSlab && compiled.wanted.length === compiled.sums.length ? nothing : {
    state: wantsState && !isOneSlab ? args.state.map(() => allocate(size)) : [],
    params: wants.params.map((w) => w === "rows" ? allocate(size) : undefined),
  };
  const gx = isOnePiece ? undefined : allocate(steps * size);
  for (let row = 0; row < batch; row += plan.tileRows) {
    runTile(call, row, Math.min(plan.tileRows, batch - row), filled, gx);
  }
  if (wants.weights) compiled.unpack(plan.weights, plan.weight, plan.bias, back.pops);
  const copies = copyTogether(floats, results);
  let next = 0;
  return {
    x: gx ?? copies[next++],
    state: !wantsState ? [] : isOneSlab ? args.state.map(() => copies[next++]) : filled.state,
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
  { key, compiled, run, back, gLast }: BackwardPlan,
  hasLast: boolean,
): void {
  // The last step's state is wanted for nothing, its output only if the current it sends has a cotangent.
  const isWhole = hasLast || compiled.isKept;
  run.steps = isWhole ? key.steps : key.steps - 1;
  run.last = isWhole ? 0 : 1;
  back.gLast = hasLast ? gLast : 0;
}

function runTile(
  call: Call,
  row: number,
  rows: number,
  filled: Filled,
  gx: Float32Array | undefined,
): void {
  const { plan, floats, args, cotangents } = call;
  const { run, stride } = plan;
  const { steps, batch, units, noise } = args;
  const place = { start: 0, steps, batch, units, row, rows, stride };
  copySequence(floats, plan.x, array(args.x), place, true);
  for (let i = 0; i < noise.length; i++) {
    copySequence(floats, plan.noise + i * run.noiseSlab, array(noise[i]), place, true);
  }
  if (cotangents.out) copySequence(floats, plan.gOut, array(cotangents.out), place, true);
  for (let from = row; from < row + rows; from += plan.slabRows) {
    const slab = Math.min(plan.slabRows, row + rows - from);
    placeSlab(plan, 4 * (from - row) * units, slab, units);
    runSlab(call, from, slab, filled);
    const end = from + slab;
    if (end % gradientRows === 0 || end === batch) closeSums(plan);
  }
  placeSlab(plan, 0, plan.slabRows, units);
  if (gx) copySequence(floats, plan.gx, gx, place, false);
}

/** Points the arguments at a slab, so many bytes from the tile's first. */
function placeSlab(plan: BackwardPlan, offset: number, rows: number, units: number): void {
  const { run, back, stride } = plan;
  const last = offset + (plan.key.steps - 1) * stride;
  run.x = plan.x + offset;
  run.noise = plan.noise + offset;
  back.x = plan.x + last;
  back.noise = plan.noise + last;
  back.gOut = plan.gOut + last;
  back.gx = plan.gx + last;
  run.rows = back.rows = rows;
  run.bytes = back.bytes = 4 * rows * units;
}

/** Ends the sums of 64 rows. */
function closeSums({ compiled, sums, sets, back }: BackwardPlan): void {
  compiled.merge?.(sets.at, sets.to, back.pops);
  if (sums.total !== sums.part) compiled.flush(sums.total, sums.part, sums.bytes);
}

/** Takes the rows from `from` on through time, forth and back. */
function runSlab(
  { plan, floats, args, cotangents, wants }: Call,
  from: number,
  rows: number,
  filled: Filled,
): void {
  const { units, state, lateral } = args;
  const { run, back, compiled } = plan;
  const { slab } = run;
  const [first, count] = [from * units, rows * units];
  for (let i = 0; i < state.length; i++) {
    copyRows(floats, run.state + i * slab, state[i], first, count);
    copyRows(floats, back.gState + i * slab, cotangents.state[i], first, count);
  }
  if (lateral) copyRows(floats, run.lateral, lateral, first, count);
  if (back.gLast) copyRows(floats, back.gLast, cotangents.lateral, first, count);
  else floats.fill(-0, back.pulled / 4, back.pulled / 4 + count);
  const { wanted, sums } = compiled;
  if (wanted.length > sums.length) {
    floats.fill(0, back.gParams / 4, (back.gParams + wanted.length * slab) / 4);
  }
  if (run.steps > 0) compiled.run(run);
  compiled.back(back);
  const copyOut = (to: Float32Array | undefined, at: number) =>
    to?.set(floats.subarray(at / 4, at / 4 + count), first);
  for (let i = 0; i < filled.state.length; i++) copyOut(filled.state[i], back.gState + i * slab);
  for (let slot = 0; slot < wanted.length; slot++) {
    const i = wanted[slot];
    if (wants.params[i] === "rows") copyOut(filled.params[i], back.gParams + slot * slab);
  }
}
