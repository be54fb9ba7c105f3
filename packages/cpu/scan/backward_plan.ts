// How pullbacks run: which rows go through time together, and where the arrays of a tile lie.
import { gradientRows, slabRows as rowsInOrder, sumsBySets } from "@spikeloop/backend";
import type { ScanKernel, ScanWants } from "@spikeloop/backend";
import { backwardExecutable, paramUse } from "./backward_executable.ts";
import { copierOf, isPerUnit, regionOf } from "./copy.ts";
import { backwardBlock } from "./kernels/loops.ts";
import { scanMemory, TileLayout } from "./memory.ts";
import { plansOf } from "./plans.ts";
import type { PullbackArgs } from "./pullback_args.ts";
import { placeTables } from "./tables.ts";

/** Numbers that one time step of a tile copies: shorter copies cost more than they carry. */
const copiedNumbers = 4096;

/** Numbers in a tile's copies of x and cotangents, so that they stay in the second-level cache. */
const tileNumbers = 1 << 15;

/** Numbers of x in a slab. Where it has more, it goes through time in parts. */
const slabNumbers = 1 << 18;

/** Numbers of x in a part of few steps. */
const partNumbers = 1 << 16;

function tileRowsOf(steps: number, batch: number, units: number, slab: number): number {
  // Strips that do not end with the slab write past it, where another slab's states must not be.
  if (slab * units % 16 !== 0) return slab;
  if (steps * batch * units <= tileNumbers) return batch;
  const byCopies = Math.max(1, Math.floor(copiedNumbers / (slab * units)));
  const byCache = Math.max(1, Math.floor(tileNumbers / (steps * slab * units)));
  return Math.min(batch, slab * Math.min(byCopies, byCache));
}

/**
 * How many time steps of a slab of so many numbers are a part. A part costs running its steps
 * once more, and the memory of the state before it. The memory of all parts and of one part's
 * steps together is least where they are as many.
 */
function partStepsOf(steps: number, numbers: number): number {
  if (steps * numbers <= slabNumbers) return steps;
  return Math.min(steps, Math.max(Math.floor(partNumbers / numbers), Math.ceil(Math.sqrt(steps))));
}

function planBackward(kernel: ScanKernel, numbers: readonly number[]) {
  const [steps, batch, units, group, delay, start, form, ...uses] = numbers;
  const [found, sharing, wantsState, weights] = [1, 2, 4, 8].map((bit) => form & bit ? 1 : 0);
  const bySets = weights * Number(sumsBySets({ batch, group, binary: kernel.binary }));
  const code = backwardExecutable(kernel, [group, weights, bySets, found, ...uses]);
  const { grouping, paramSlots, sums, keepsValue, finds } = code;
  const slabRows = Math.min(batch, rowsInOrder(units));
  const numbersInSlab = slabRows * units;
  // Slabs of a job lie without gaps, so strips of 16 units must end with each of them.
  const isShared = sharing === 1 && numbersInSlab % 16 === 0;
  const ownRows = finds ? batch : tileRowsOf(steps, batch, units, slabRows);
  const tileRows = isShared ? gradientRows : ownRows;
  // Where there are several parts, a tile is a slab.
  const isWhole = isShared || tileRows > slabRows;
  const partSteps = isWhole || finds ? steps : partStepsOf(steps, slabRows * units);
  const size = batch * units;
  const inTile = tileRows * units;
  const slabBytes = Math.ceil(numbersInSlab / 16) * 64;
  /** From one [rows, D] array to the next. */
  const arrayStride = Math.ceil(inTile / 16) * 64;
  // Without gaps where strips of 16 end with the slab, so that a whole sequence can be copied at
  // once; else with room for what the last slab's last strip writes.
  const isGapless = numbersInSlab % 16 === 0 && inTile % 16 === 0;
  const stride = isGapless ? arrayStride : arrayStride + 64;
  const isOneTile = tileRows === batch;
  const parts = Math.ceil(steps / partSteps);
  const isOneJob = isOneTile && isGapless && parts === 1 && !isShared && delay === 1 &&
    paramSlots.length === sums.length;
  const layout = new TileLayout(start);
  const sequence = partSteps * stride;
  const stateStride = kernel.states.length * arrayStride;
  const groups = group === 0 ? 0 : units / group;
  const x = finds ? 0 : layout.place(sequence);
  const noise = layout.place(kernel.noise.length * sequence);
  const weight = layout.place(weights * 4 * units * group);
  const bias = layout.place(weights * 4 * units);
  // The cotangents of the currents that are left after the last step lie behind those of x.
  const gAhead = delay * stride;
  const gx = layout.place(sequence + gAhead);
  const sumStride = Math.ceil(units / 4) * 16;
  const sumBytes = sums.length * sumStride + weights * groups * grouping.gradientBytes;
  const gState = layout.place(stateStride);
  const part = layout.place(sumBytes);
  const total = batch > gradientRows ? layout.place(sumBytes) : part;
  const setsTo = part + sums.length * sumStride;
  const sets = layout.place(bySets * groups * grouping.tableBytes);
  const zerosEnd = layout.end;
  // Memory holds states and lateral currents of all steps, or else one value of each; currents that
  // take several steps to arrive stay in any case.
  const stateCount = keepsValue ? 1 : partSteps + 1;
  const lateralStride = keepsValue && delay === 1 ? 0 : arrayStride;
  const bitsStride = Math.ceil(numbersInSlab / 128) * 16 + 16;
  const args = {
    x,
    xStride: stride,
    out: layout.place(grouping.form === "dense" ? partSteps * arrayStride : 0),
    outStride: arrayStride,
    state: layout.place(stateCount * stateStride),
    stateStride: keepsValue ? 0 : stateStride,
    arrayStride,
    lateral: layout.place(arrayStride + (partSteps + delay - 1) * lateralStride),
    lateralStride,
    sendOffset: delay * lateralStride,
    noise,
    noiseStride: sequence,
    params: layout.place(kernel.params.length * arrayStride),
    bits: layout.place(partSteps * bitsStride),
    bitsStride,
    list: layout.place(4 * group),
    groups,
    slabRows,
    unitBytes: 4 * units,
    gx,
    gState,
    gParams: layout.place(paramSlots.length * arrayStride),
    gAhead,
    gPulled: layout.place(slabBytes),
    gWeight: bySets ? sets : setsTo,
    sets,
    setsTo,
    sumStride,
    part,
    total,
    sumBytes,
    batch,
    slabBytes,
  };
  const stored = { stateBytes: stateStride, lateralBytes: delay * arrayStride };
  const partBytes = stored.stateBytes + stored.lateralBytes;
  const partStates = { start: layout.place((parts - 1) * partBytes), ...stored };
  scanMemory().reserve(layout.end);
  // Copied together at the end: gradients of weight and bias, of parameters, and of x and states
  // where there is one job.
  const copyResults = copierOf([
    ...(weights ? [[weight, units * group], [bias, units]] as const : []),
    ...sums.map((_, i) => [total + i * sumStride, units] as const),
    ...(isOneJob ? [[gx, steps * size]] as const : []),
    ...(isOneJob && wantsState
      ? kernel.states.map((_, i) => [gState + i * arrayStride, size] as const)
      : []),
  ]);
  const tile = { rows: tileRows, steps: partSteps, stride };
  const phases = 2 * parts - 1;
  // A job is a part of a tile. A tile's jobs run all parts but the last forward, then all of them
  // forward and back, from the last to the first.
  const jobAt = (index: number) => {
    const phase = index % phases;
    const isForward = phase < parts - 1;
    const part = isForward ? phase : phases - 1 - phase;
    const row = Math.floor(index / phases) * tileRows;
    const region = regionOf({ steps, batch, units }, tile, row, part * partSteps);
    return { isFirst: phase === 0, isForward, part, region };
  };
  return {
    tile,
    jobs: Math.ceil(batch / tileRows) * phases,
    jobAt,
    firstJob: jobAt(0),
    code,
    isShared,
    /** One job is all there is, and all its results are copied together. */
    isOneJob,
    parts,
    /** States and lateral currents before each part but the last. */
    partStates,
    copyResults,
    args,
    words: backwardBlock.words(args),
    /** Numbers that start from zero: the cotangents of states, and all sums of gradients. */
    zeros: { start: gState, end: zerosEnd },
    /** The sums of weight and bias gradients by source, and where they are unpacked to. */
    weights: total + sums.length * sumStride,
    weight,
    bias,
    end: layout.end,
  };
}

/** How pullbacks of the same extents run: the executable, and where the arrays of a tile lie. */
export type BackwardPlan = ReturnType<typeof planBackward>;

export type Job = ReturnType<BackwardPlan["jobAt"]>;

/** The gradients of parameters that are wanted, then which states are read where not all are. */
type Wants = readonly (ScanWants["params"][number] | number)[];

const backwardPlans = plansOf(
  2,
  planBackward,
  ({ params, units }, wants: Wants) =>
    wants.map((w, i) => typeof w === "number" ? w : paramUse(isPerUnit(params[i], units), w)),
);

/**
 * The plan of a pullback, its tables in place. The bits of its form: the forward pass has left
 * values, rows are shared out, gradients of states are wanted, those of weights are wanted.
 */
export function backwardPlan(pullback: PullbackArgs, isShared: boolean): BackwardPlan {
  const { kernel, args, cotangents, wants, skipsUnread } = pullback;
  const tables = placeTables(kernel.binary, args);
  const x = isShared ? undefined : args.forPullback?.find();
  const form = (isShared ? 2 : 0) | (wants.state === false ? 0 : 4) | (wants.weights ? 8 : 0);
  const uses: Wants = skipsUnread
    ? [...wants.params, ...kernel.states.map((_, i) => cotangents.state[i] === undefined ? 0 : 1)]
    : wants.params;
  let plan = backwardPlans(kernel, args, form | (x === undefined ? 0 : 1), uses);
  if (x !== undefined && !plan.isOneJob) plan = backwardPlans(kernel, args, form, uses);
  plan.words[backwardBlock.index.table] = tables.table;
  plan.words[backwardBlock.index.weight] = tables.weight;
  if (plan.code.finds && x !== undefined) plan.words[backwardBlock.index.x] = x;
  return plan;
}
