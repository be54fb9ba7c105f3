// The pullback of T steps: tile by tile, each forward again, then back. Long sequences go in
// parts: forward once, saving the state before each part; then forward and back, the last first.
import {
  chunkedGroup,
  gradientRows,
  hostArray,
  type ScanArgs,
  type ScanCotangents,
  type ScanGradients,
  type ScanKernel,
  scanPullback,
  type ScanWants,
  type Storage,
} from "@spikeloop/backend";
import { allocate } from "../allocate.ts";
import { fitsMailbox } from "../threads/mailbox.ts";
import type { PooledWorker } from "../threads/pooled_worker.ts";
import { runJobs } from "../threads/run_jobs.ts";
import { share, worthSharing } from "../threads/threads.ts";
import { type BackwardPlan, backwardPlan } from "./backward_plan.ts";
import {
  copyRows,
  copySequence,
  copyTogether,
  placeOf,
  placeParams,
  type SequencePlace,
} from "./copy.ts";
import { backwardBlock } from "./kernels/loops.ts";
import { argumentsAt, argumentsIn, scanMemory } from "./memory.ts";

const field = backwardBlock.index;

/** Numbers of x that a job may have, so that memory stays bounded. */
const mostNumbers = 1 << 21;

/** Whether a second thread may pay: small groups take little more time than their copies. */
export function isBackwardShareable({ steps, batch, units, group }: ScanArgs): boolean {
  const worth = group > chunkedGroup ? worthSharing : 4 * worthSharing;
  return steps * batch * units >= worth && batch > gradientRows &&
    steps * gradientRows * units <= mostNumbers;
}

/** The pullback of `cpuScan`. */
export function cpuScanBackward(
  kernel: ScanKernel,
  args: ScanArgs,
  _out: Storage,
  cotangents: ScanCotangents,
  wants: ScanWants,
): ScanGradients {
  return isBackwardShareable(args)
    ? share((workers) => scanBackwardWith(workers, kernel, args, cotangents, wants))
    : scanBackwardWith([], kernel, args, cotangents, wants);
}

/** The same by this thread and these workers, who take 64 rows at a time. */
export function scanBackwardWith(
  workers: readonly PooledWorker[],
  kernel: ScanKernel,
  args: ScanArgs,
  cotangents: ScanCotangents,
  wants: ScanWants,
): ScanGradients {
  const { units } = args;
  let plan = backwardPlan(kernel, args, cotangents, wants, workers.length > 0);
  if (plan.isShared && !fitsMailbox(plan.code.executable, plan.end)) {
    plan = backwardPlan(kernel, args, cotangents, wants, false);
  }
  const { x, state, params } = plan.isOneJob
    ? runOneJob(plan, args, cotangents)
    : runBackward(plan, args, cotangents, wants, workers);
  if (wants.weights) {
    const { unpack } = plan.code.executable.exports;
    unpack(plan.weights, plan.weight, plan.bias, plan.args.groups);
  }
  const copies = copyTogether(scanMemory().floats, plan.results);
  let next = 0;
  const copiedState = plan.isOneTile && wants.state !== false ? args.state : [];
  const gState = copiedState.map(() => copies[next++]);
  return {
    x: x ?? copies[next++],
    state: copiedState.length > 0 ? gState : state,
    weight: wants.weights ? copies[next++] : undefined,
    bias: wants.weights ? copies[next++] : undefined,
    params: wants.params.map((want, i) => {
      if (want !== "sum") return params[i];
      return scanPullback(kernel).params[i] === undefined ? allocate(units) : copies[next++];
    }),
  };
}

/** Writes numbers that all jobs read. */
function writeConstants(floats: Float32Array, plan: BackwardPlan, args: ScanArgs): void {
  const { args: at, slabRows, sums } = plan;
  if (sums.end > sums.start) floats.fill(0, sums.start / 4, sums.end / 4);
  placeParams(floats, args, at);
  if (at.groups > 0) {
    floats.fill(-0, at.nothing / 4, at.nothing / 4 + slabRows * at.unitBytes / 4);
  }
}

/** Results that are filled tile by tile. */
interface TileResults {
  readonly x: Float32Array | undefined;
  readonly state: readonly Float32Array[];
  readonly params: readonly (Float32Array | undefined)[];
}

const noTileResults: TileResults = { x: undefined, state: [], params: [] };

/** A pullback that is one job, such as that of a single row: it makes no closures. */
function runOneJob(plan: BackwardPlan, args: ScanArgs, cotangents: ScanCotangents): TileResults {
  const { args: at, code, gLast } = plan;
  const { x, noise, state, lateral, batch, units } = args;
  const memory = scanMemory();
  const { floats } = memory;
  const size = batch * units;
  writeConstants(floats, plan, args);
  for (let i = 0; i < state.length; i++) {
    copyRows(floats, at.state + i * at.arrayStride, state[i], 0, size);
    copyRows(floats, at.gState + i * at.arrayStride, cotangents.state[i], 0, size);
  }
  if (lateral) copyRows(floats, at.lateral, lateral, 0, size);
  floats.set(hostArray(x), at.x / 4);
  for (let i = 0; i < noise.length; i++) {
    floats.set(hostArray(noise[i]), (at.noise + i * at.noiseStride) / 4);
  }
  if (cotangents.out) floats.set(hostArray(cotangents.out), at.gOut / 4);
  const block = memory.writeArguments(plan.words);
  if (cotangents.lateral) {
    copyRows(floats, gLast, cotangents.lateral, 0, size);
    block[field.gLast] = gLast;
  } else if (!code.keepsValue) cutLast(block, at.steps);
  code.executable.exports.backward(argumentsAt);
  return noTileResults;
}

/**
 * The last step doesn't run forward. Its state is wanted for nothing, and its output only if the
 * current that it sends has a cotangent.
 */
function cutLast(block: Int32Array, steps: number): void {
  block[field.forwardSteps] = steps - 1;
  block[field.sendsLast] = 1;
}

/** Adds the sums of jobs to a total in the order of their rows, whoever computed them. */
function addInOrder(total: Float32Array): (job: number, sum: Float32Array) => void {
  const queue = new Map<number, Float32Array>();
  let next = 0;
  return (job, sum) => {
    queue.set(job, sum);
    for (let s; (s = queue.get(next)) !== undefined; queue.delete(next++)) {
      for (let i = 0; i < s.length; i++) total[i] += s[i];
    }
  };
}

/**
 * Runs a pullback as jobs: per tile, all parts but the last forward, then all parts back. Returns
 * the results that are filled tile by tile, where several tiles make them; leaves the others in
 * this thread's memory.
 */
function runBackward(
  plan: BackwardPlan,
  args: ScanArgs,
  cotangents: ScanCotangents,
  wants: ScanWants,
  workers: readonly PooledWorker[],
): TileResults {
  const { args: at, code, gLast, isOnePiece, isOneTile, isShared, sums } = plan;
  const { pieceRows, slabRows, tileRows, partSteps } = plan;
  const { steps, batch, units, state, lateral } = args;
  const { floats: own, tileStart } = scanMemory();
  const size = batch * units;
  const parts = Math.ceil(steps / partSteps);
  const phases = 2 * parts - 1;
  const allocateResults = (): TileResults => ({
    x: isOnePiece ? undefined : allocate(steps * size),
    state: isOneTile || wants.state === false ? [] : state.map(() => allocate(size)),
    params: wants.params.includes("rows")
      ? wants.params.map((want) => want === "rows" ? allocate(size) : undefined)
      : [],
  });
  let results: TileResults | undefined;
  const total = new Float32Array(isShared ? at.sumBytes / 4 : 0);
  const addSums = addInOrder(total);

  const jobOf = (job: number) => {
    const phase = job % phases;
    const isForward = phase < parts - 1;
    const part = isForward ? phase : phases - 1 - phase;
    const row = Math.floor(job / phases) * tileRows;
    return {
      isFirst: phase === 0,
      isForward,
      part,
      place: placeOf(args, [tileRows, partSteps], row, part * partSteps, at.xStride),
    };
  };
  /** Calls `copy` for rows that lie without a gap: bytes to them, first number of the batch. */
  const forPieces = (
    place: SequencePlace,
    copy: (offset: number, first: number, count: number) => void,
  ) => {
    for (let row = 0; row < place.rows; row += pieceRows) {
      const count = Math.min(pieceRows, place.rows - row) * units;
      copy(row / slabRows * at.slabBytes, (place.row + row) * units, count);
    }
  };
  /** Saves states and lateral current before a part, or brings them back. */
  const moveStates = (floats: Float32Array, part: number, isSaving: boolean) => {
    const stateBytes = state.length * at.arrayStride;
    const store = plan.partStates + part * (stateBytes + at.arrayStride);
    const move = (place: number, store: number, bytes: number) => {
      const [to, from] = isSaving ? [store, place] : [place, store];
      floats.copyWithin(to / 4, from / 4, (from + bytes) / 4);
    };
    move(at.state, store, stateBytes);
    move(at.lateral, store + stateBytes, at.arrayStride);
  };
  /** Copies states, the lateral current and their cotangents in. */
  const loadRows = (place: SequencePlace, floats: Float32Array) => {
    forPieces(place, (offset, first, count) => {
      for (let i = 0; i < state.length; i++) {
        const from = offset + i * at.arrayStride;
        copyRows(floats, at.state + from, state[i], first, count);
        copyRows(floats, at.gState + from, cotangents.state[i], first, count);
      }
      if (lateral) copyRows(floats, at.lateral + offset, lateral, first, count);
      if (cotangents.lateral) copyRows(floats, gLast + offset, cotangents.lateral, first, count);
    });
    if (code.paramSlots.length > code.sums.length) {
      floats.fill(0, at.gParams / 4, (at.gParams + code.paramSlots.length * at.arrayStride) / 4);
    }
  };
  /** Copies gradients of states and parameters out, where several tiles make them. */
  const storeRows = (place: SequencePlace, floats: Float32Array) => {
    const { state, params } = results ??= allocateResults();
    if (isOneTile && code.paramSlots.length === code.sums.length) return;
    forPieces(place, (offset, first, count) => {
      const copyOut = (to: Float32Array | undefined, from: number) =>
        to?.set(floats.subarray((from + offset) / 4, (from + offset) / 4 + count), first);
      state.forEach((g, i) => copyOut(g, at.gState + i * at.arrayStride));
      code.paramSlots.forEach((p, slot) => copyOut(params[p], at.gParams + slot * at.arrayStride));
    });
  };

  runJobs({
    count: Math.ceil(batch / tileRows) * phases,
    executable: code.executable,
    own,
    bytes: plan.end,
    prepare: (floats) => {
      if (floats !== own) floats.set(own.subarray(0, tileStart / 4));
      writeConstants(floats, plan, args);
    },
    load: (job, floats) => {
      const { isFirst, isForward, part, place } = jobOf(job);
      const isLastPart = part === parts - 1;
      if (isShared) floats.fill(0, sums.start / 4, sums.end / 4);
      if (isFirst) loadRows(place, floats);
      if (isForward || !isLastPart) moveStates(floats, part, isForward);
      if (!isForward && !isLastPart && at.groups > 0) {
        // The first step of the part after it is the one that its last output reached.
        floats.copyWithin(gLast / 4, at.gx / 4, (at.gx + at.arrayStride) / 4);
      }
      const copyIn = (to: number, from: Storage) =>
        copySequence(floats, to, hostArray(from), place, true);
      copyIn(at.x, args.x);
      args.noise.forEach((from, i) => copyIn(at.noise + i * at.noiseStride, from));
      if (!isForward && cotangents.out) copyIn(at.gOut, cotangents.out);
      const hasLast = !isLastPart || cotangents.lateral !== undefined;
      const block = argumentsIn(floats, plan.words);
      block[field.steps] = place.steps;
      block[field.forwardSteps] = place.steps;
      block[field.sendsLast] = Number(isForward);
      if (!isForward && !hasLast && !code.keepsValue) cutLast(block, place.steps);
      block[field.left] = block[field.rows] = place.rows;
      block[field.row] = place.row;
      block[field.closes] = Number(part === 0);
      if (hasLast && at.groups > 0) block[field.gLast] = gLast;
      if (isOnePiece) block[field.gx] += place.row * at.unitBytes;
      if (!isForward) return code.calls.backward;
      block[field.bytes] = place.rows * at.unitBytes;
      block[field.stateStride] = block[field.keptValueStride] = block[field.lateralStride] = 0;
      return code.calls.run;
    },
    store: (job, floats) => {
      const { isForward, part, place } = jobOf(job);
      if (isForward) return;
      const { x } = results ??= allocateResults(); // while workers work
      if (x !== undefined) copySequence(floats, at.gx, x, place, false);
      if (part === 0) storeRows(place, floats);
      if (isShared) addSums(job, floats.slice(at.total / 4, (at.total + at.sumBytes) / 4));
    },
  }, isShared ? workers : []);
  // Where those of a single thread would be.
  if (isShared) own.set(total, at.total / 4);
  return results ?? allocateResults();
}
