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
import { allocate, copyTogether } from "./allocate.ts";
import { type BackwardPlan, backwardPlan } from "./backward_plan.ts";
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
  const { sums, run, back, compiled } = plan;
  const { steps, batch, units, group } = args;
  const size = batch * units;
  placeParams(floats, args, plan.slabRows, run.slab, run.params);
  floats.fill(0, sums.part / 4, (sums.total + sums.bytes) / 4);
  floats.fill(0, plan.sets.at / 4, (plan.sets.at + plan.sets.bytes) / 4);
  const hasLast = group > 0 && cotangents.lateral !== undefined;
  // The last step's state is wanted for nothing, its output only if the current it sends has a cotangent.
  run.steps = hasLast ? steps : steps - 1;
  run.last = hasLast ? 0 : 1;
  back.gLast = hasLast ? plan.gLast : 0;
  const call = { plan, floats, args, cotangents, wants };
  const isOneSlab = plan.slabRows === batch;
  const isOnePiece = plan.tileRows === batch && plan.stride === 4 * size;
  const wantsState = wants.state !== false;
  const filled = {
    state: wantsState && !isOneSlab ? args.state.map(() => allocate(size)) : [],
    params: wants.params.map((w) => w === "rows" ? allocate(size) : undefined),
  };
  const gx = isOnePiece ? undefined : allocate(steps * size);
  for (let row = 0; row < batch; row += plan.tileRows) {
    runTile(call, row, Math.min(plan.tileRows, batch - row), filled, gx);
  }
  if (wants.weights) compiled.unpack(plan.weights, plan.weight, plan.bias, back.pops);
  // Small results are copied together.
  const places: number[] = [];
  const lengths: number[] = [];
  const result = (isWanted: boolean, at: number, length: number) => {
    if (!isWanted) return -1;
    lengths.push(length);
    return places.push(at / 4) - 1;
  };
  const gxAt = result(isOnePiece, plan.gx, steps * size);
  const stateAt = args.state.map((_, i) =>
    result(wantsState && isOneSlab, back.gState + i * run.slab, size)
  );
  const weightAt = result(wants.weights, plan.weight, units * group);
  const biasAt = result(wants.weights, plan.bias, units);
  const sumsAt = compiled.sums.map((_, i) => result(true, sums.total + i * back.sumStride, units));
  const copies = copyTogether(floats, { starts: places, lengths });
  return {
    x: gx ?? copies[gxAt],
    state: isOneSlab ? stateAt.flatMap((i) => copies[i] ?? []) : filled.state,
    weight: copies[weightAt],
    bias: copies[biasAt],
    params: wants.params.map((want, i) => {
      if (want !== "sum") return filled.params[i];
      const slot = compiled.sums.findIndex((s) => compiled.wanted[s] === i);
      return slot < 0 ? allocate(units) : copies[sumsAt[slot]];
    }),
  };
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
  const place = { ...args, start: 0, row, rows, stride };
  copySequence(floats, run.x, array(args.x), place, true);
  args.noise.forEach((n, i) =>
    copySequence(floats, run.noise + i * run.noiseSlab, array(n), place, true)
  );
  if (cotangents.out) copySequence(floats, plan.gOut, array(cotangents.out), place, true);
  for (let from = row; from < row + rows; from += plan.slabRows) {
    const slab = Math.min(plan.slabRows, row + rows - from);
    runSlab(call, row, from, slab, filled);
    const end = from + slab;
    if (end % gradientRows === 0 || end === args.batch) closeSums(plan);
  }
  if (gx) copySequence(floats, plan.gx, gx, place, false);
}

/** Ends the sums of 64 rows. */
function closeSums({ compiled, sums, sets, back }: BackwardPlan): void {
  compiled.merge?.(sets.at, sets.to, back.pops);
  if (sums.total !== sums.part) compiled.flush(sums.total, sums.part, sums.bytes);
}

/** Takes the rows from `from` on through time, forth and back. */
function runSlab(
  { plan, floats, args, cotangents, wants }: Call,
  tileRow: number,
  from: number,
  rows: number,
  filled: Filled,
): void {
  const { units, state, lateral } = args;
  const { slab } = plan.run;
  const [first, count] = [from * units, rows * units];
  const offset = 4 * (from - tileRow) * units;
  const fits = offset === 0 && rows === plan.slabRows;
  const bytes = 4 * count;
  const run = fits ? plan.run : {
    ...plan.run,
    x: plan.run.x + offset,
    noise: plan.run.noise + offset,
    rows,
    bytes,
  };
  const back = fits ? plan.back : {
    ...plan.back,
    x: plan.back.x + offset,
    noise: plan.back.noise + offset,
    gOut: plan.back.gOut + offset,
    gx: plan.back.gx + offset,
    rows,
    bytes,
  };
  for (let i = 0; i < state.length; i++) {
    copyRows(floats, run.state + i * slab, state[i], first, count);
    copyRows(floats, back.gState + i * slab, cotangents.state[i], first, count);
  }
  if (lateral) copyRows(floats, run.lateral, lateral, first, count);
  if (back.gLast) copyRows(floats, back.gLast, cotangents.lateral, first, count);
  else floats.fill(-0, back.pulled / 4, (back.pulled + slab) / 4);
  const { wanted, sums } = plan.compiled;
  if (wanted.length > sums.length) {
    floats.fill(0, back.gParams / 4, (back.gParams + wanted.length * slab) / 4);
  }
  if (run.steps > 0) plan.compiled.run(run);
  plan.compiled.back(back);
  const copyOut = (to: Float32Array | undefined, at: number) =>
    to?.set(floats.subarray(at / 4, at / 4 + count), first);
  filled.state.forEach((g, i) => copyOut(g, back.gState + i * slab));
  wanted.forEach((i, slot) => {
    if (wants.params[i] === "rows") copyOut(filled.params[i], back.gParams + slot * slab);
  });
}
