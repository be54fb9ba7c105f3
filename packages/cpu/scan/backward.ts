// The pullback of T steps: tile by tile, each forward again, then back. Long sequences go in
// parts: forward once, saving the state before each part; then forward and back, the last first.
import {
  chunkedGroup,
  gradientRows,
  hasUnreadNaN,
  hostArray,
  type ScanArgs,
  type ScanGradients,
  scanPullback,
  type Skeletons,
} from "@spikeloop/backend";
import { allocate } from "../allocate.ts";
import { fitsMailbox } from "../threads/mailbox.ts";
import type { KernelCall } from "../threads/executable.ts";
import type { PooledWorker } from "../threads/pooled_worker.ts";
import { runJobs } from "../threads/run_jobs.ts";
import { share, worthSharing } from "../threads/threads.ts";
import { type BackwardPlan, backwardPlan, type Pullback } from "./backward_plan.ts";
import {
  copyRows,
  copySequence,
  copyTogether,
  placeOf,
  placeParams,
  type SequencePlace,
} from "./copy.ts";
import { backwardBlock } from "./kernels/loops.ts";
import { argumentsIn, scanMemory } from "./memory.ts";

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
export const cpuScanBackward: Skeletons["scanBackward"] = (kernel, args, _, cotangents, wants) => {
  return isBackwardShareable(args)
    ? share((workers) => scanBackwardWith(workers, { kernel, args, cotangents, wants }))
    : scanBackwardWith([], { kernel, args, cotangents, wants });
};

/** The same by this thread and these workers, who take 64 rows at a time. */
export function scanBackwardWith(
  workers: readonly PooledWorker[],
  pullback: Pullback,
): ScanGradients {
  const { kernel, args, cotangents, wants } = pullback;
  let plan = backwardPlan(pullback, workers.length > 0);
  if (plan.isShared && !fitsMailbox(plan.code.executable, plan.end)) {
    plan = backwardPlan(pullback, false);
  }
  const { x, state, params } = plan.isOneJob
    ? runOneJob(plan, pullback)
    : runBackward(plan, pullback, workers);
  if (wants.weights) {
    const { unpack } = plan.code.executable.exports;
    unpack(plan.weights, plan.weight, plan.bias, plan.args.groups);
  }
  const copies = copyTogether(scanMemory().floats, plan.results);
  let next = 0;
  const copiedState = plan.isOneTile && wants.state !== false ? args.state : [];
  const gState = copiedState.map(() => copies[next++]);
  const gradients = {
    x: x ?? copies[next++],
    state: copiedState.length > 0 ? gState : state,
    weight: wants.weights ? copies[next++] : undefined,
    bias: wants.weights ? copies[next++] : undefined,
    params: wants.params.map((want, i) => {
      if (want !== "sum") return params[i];
      const isZero = scanPullback(kernel).params[i] === undefined;
      return isZero ? allocate(args.units) : copies[next++];
    }),
  };
  return !pullback.skipsUnread && hasUnreadNaN(kernel, args, cotangents, gradients.x)
    ? scanBackwardWith(workers, { ...pullback, skipsUnread: true })
    : gradients;
}

/** Results that are filled tile by tile. */
interface TileResults {
  readonly x: Float32Array | undefined;
  readonly state: readonly Float32Array[];
  readonly params: readonly (Float32Array | undefined)[];
}

const noTileResults: TileResults = { x: undefined, state: [], params: [] };

/** Some steps of a tile: forward alone, before those of a later part; or forward and back. */
interface Job {
  readonly isFirst: boolean;
  readonly isForward: boolean;
  readonly part: number;
  readonly place: SequencePlace;
}

/** The jobs of a tile are all its parts but the last forward, then all of them back. */
function jobOf(plan: BackwardPlan, args: ScanArgs, index: number): Job {
  const { tile, parts } = plan;
  const phases = 2 * parts - 1;
  const phase = index % phases;
  const isForward = phase < parts - 1;
  const part = isForward ? phase : phases - 1 - phase;
  const row = Math.floor(index / phases) * tile.rows;
  const place = placeOf(args, tile, row, part * tile.steps);
  return { isFirst: phase === 0, isForward, part, place };
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

/** Calls `copy` for rows that lie without a gap: bytes to them, first number of the batch. */
function forPieces(
  { args: at, pieceRows, slabRows }: BackwardPlan,
  place: SequencePlace,
  copy: (offset: number, first: number, count: number) => void,
): void {
  for (let row = 0; row < place.rows; row += pieceRows) {
    const count = Math.min(pieceRows, place.rows - row) * place.units;
    copy(row / slabRows * at.slabBytes, (place.row + row) * place.units, count);
  }
}

/** Copies the states and lateral currents before the first step in, and cotangents of states. */
function loadRows(
  floats: Float32Array,
  plan: BackwardPlan,
  { args: { state, lateral, delay, batch, units }, cotangents }: Pullback,
  place: SequencePlace,
): void {
  const { args: at, code } = plan;
  forPieces(plan, place, (offset, first, count) => {
    for (let i = 0; i < state.length; i++) {
      const from = offset + i * at.arrayStride;
      copyRows(floats, at.state + from, state[i], first, count);
      copyRows(floats, at.gState + from, cotangents.state[i], first, count);
    }
    for (let i = 0; lateral && i < delay; i++) {
      const to = at.lateral + i * at.lateralStride + offset;
      copyRows(floats, to, lateral, i * batch * units + first, count);
    }
  });
  if (code.paramSlots.length > code.sums.length) {
    floats.fill(0, at.gParams / 4, (at.gParams + code.paramSlots.length * at.arrayStride) / 4);
  }
}

/** Saves states and lateral currents before a part, or brings them back. */
function moveStates(
  floats: Float32Array,
  plan: BackwardPlan,
  { delay }: ScanArgs,
  { part, isForward }: Job,
): void {
  const { state, lateral, arrayStride } = plan.args;
  const lateralBytes = delay * arrayStride;
  const stateBytes = plan.partStates.bytes - lateralBytes;
  const store = plan.partStates.start + part * plan.partStates.bytes;
  const move = (place: number, store: number, bytes: number) => {
    const [to, from] = isForward ? [store, place] : [place, store];
    floats.copyWithin(to / 4, from / 4, (from + bytes) / 4);
  };
  move(state, store, stateBytes);
  move(lateral, store + stateBytes, lateralBytes);
}

/** Writes what a job reads, and returns its calls. */
function loadJob(
  floats: Float32Array,
  plan: BackwardPlan,
  pullback: Pullback,
  job: Job,
): readonly KernelCall[] {
  const { args, cotangents } = pullback;
  const { args: at, code, sums } = plan;
  const { delay, batch, units } = args;
  const { isFirst, isForward, part, place } = job;
  const isLastPart = part === plan.parts - 1;
  const gx = plan.isOnePiece ? at.gx + place.row * at.unitBytes : at.gx;
  const gLast = gx + place.steps * at.gStride;
  if (plan.isShared) floats.fill(0, sums.start / 4, sums.end / 4);
  if (isFirst) loadRows(floats, plan, pullback, place);
  if (delay > 1 && part > 0 && (isForward || isLastPart)) {
    // The part before it ran forward, and left these currents behind those of its steps.
    const start = (at.lateral + plan.tile.steps * at.lateralStride) / 4;
    floats.copyWithin(at.lateral / 4, start, start + delay * at.lateralStride / 4);
  }
  if (isForward || !isLastPart) moveStates(floats, plan, args, job);
  if (!isForward && !isLastPart) {
    // The first steps of the part after it are those that its last outputs reached.
    floats.copyWithin(gLast / 4, at.gx / 4, (at.gx + at.gAhead) / 4);
  }
  const isSent = cotangents.lateral !== undefined || delay > 1;
  for (let i = 0; isLastPart && isSent && i < delay; i++) {
    const first = i * batch * units + place.row * units;
    copyRows(floats, gLast + i * at.gStride, cotangents.lateral, first, place.rows * units);
  }
  copySequence(floats, at.x, hostArray(args.x), place, true);
  for (let i = 0; i < args.noise.length; i++) {
    copySequence(floats, at.noise + i * at.noiseStride, hostArray(args.noise[i]), place, true);
  }
  if (!isForward && cotangents.out) {
    copySequence(floats, at.gOut, hostArray(cotangents.out), place, true);
  }
  const hasLast = !isLastPart || cotangents.lateral !== undefined;
  const block = argumentsIn(floats, plan.words);
  // Where a value is kept, states are written over, and the last step needs its value anyway.
  const isCut = !isForward && !hasLast && !code.keepsValue;
  block[field.steps] = place.steps;
  // Cut, the last step doesn't run forward: its state is read by nothing, and its output only if
  // the current that it sends has a cotangent.
  block[field.forwardSteps] = isCut ? place.steps - 1 : place.steps;
  block[field.sendsLast] = Number(isForward || isCut);
  block[field.left] = block[field.rows] = place.rows;
  block[field.row] = place.row;
  block[field.closes] = Number(part === 0);
  block[field.hasLast] = Number(hasLast);
  block[field.gx] = gx;
  if (!isForward) return isLastPart ? code.calls.last : code.calls.backward;
  block[field.bytes] = place.rows * at.unitBytes;
  block[field.stateStride] = block[field.keptValueStride] = 0;
  if (delay === 1) block[field.lateralStride] = block[field.sendOffset] = 0;
  return code.calls.run;
}

/** A pullback that is one job, such as that of a single row, without what several need. */
function runOneJob(plan: BackwardPlan, pullback: Pullback): TileResults {
  const { floats } = scanMemory();
  writeConstants(floats, plan, pullback.args);
  plan.code.executable.run(loadJob(floats, plan, pullback, jobOf(plan, pullback.args, 0)));
  return noTileResults;
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
 * Runs a pullback as several jobs. Returns the results that are filled tile by tile, where several
 * tiles make them; leaves the others in this thread's memory.
 */
function runBackward(
  plan: BackwardPlan,
  pullback: Pullback,
  workers: readonly PooledWorker[],
): TileResults {
  const { args, wants } = pullback;
  const { args: at, code, isOnePiece, isOneTile, isShared } = plan;
  const { steps, batch, units, state } = args;
  const { floats: own, tileStart } = scanMemory();
  const size = batch * units;
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
  runJobs({
    count: Math.ceil(batch / plan.tile.rows) * (2 * plan.parts - 1),
    executable: code.executable,
    own,
    bytes: plan.end,
    prepare: (floats) => {
      if (floats !== own) floats.set(own.subarray(0, tileStart / 4));
      writeConstants(floats, plan, args);
    },
    load: (job, floats) => loadJob(floats, plan, pullback, jobOf(plan, args, job)),
    store: (job, floats) => {
      const { isForward, part, place } = jobOf(plan, args, job);
      if (isForward) return;
      const { x, state, params } = results ??= allocateResults(); // while workers work
      if (x !== undefined) copySequence(floats, at.gx, x, place, false);
      if (isShared) addSums(job, floats.slice(at.total / 4, (at.total + at.sumBytes) / 4));
      if (part > 0 || isOneTile && code.paramSlots.length === code.sums.length) return;
      forPieces(plan, place, (offset, first, count) => {
        const copyOut = (to: Float32Array | undefined, from: number) =>
          to?.set(floats.subarray((from + offset) / 4, (from + offset) / 4 + count), first);
        state.forEach((g, i) => copyOut(g, at.gState + i * at.arrayStride));
        code.paramSlots.forEach((p, slot) =>
          copyOut(params[p], at.gParams + slot * at.arrayStride)
        );
      });
    },
  }, isShared ? workers : []);
  // Where the sums of a single thread would be.
  if (isShared) own.set(total, at.total / 4);
  return results ?? allocateResults();
}
