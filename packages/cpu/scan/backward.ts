// The pullback of T steps: tile by tile, each forth again and then back. Long sequences go in
// parts: forth once, leaving the state before each part; then forth and back, the last part first.
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
import type { Executable, KernelCall } from "../threads/executable.ts";
import { type Jobs, runJobs } from "../threads/run_jobs.ts";
import { share, worthSharing } from "../threads/threads.ts";
import { type BackwardPlan, backwardPlan } from "./backward_plan.ts";
import { copyRows, copySequence, copyTogether, placeParams, type SequencePlace } from "./copy.ts";
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
  const call = new BackwardCall(plan, args, cotangents, wants);
  runJobs(call, plan.isShared ? workers : []);
  call.finish();
  if (wants.weights) {
    const { unpack } = plan.code.executable.exports;
    unpack(plan.weights, plan.weight, plan.bias, plan.args.groups);
  }
  const { x, state, params } = call.results;
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

/** Results that are filled tile by tile, where several tiles make them. */
interface Filled {
  readonly x: Float32Array | undefined;
  readonly state: readonly Float32Array[];
  readonly params: readonly (Float32Array | undefined)[];
}

/** Sums of the jobs' gradients in the order of their rows, whoever computed them. */
class SharedSums {
  readonly total: Float32Array;
  /** Those that wait for the ones before them. */
  readonly #waiting = new Map<number, Float32Array>();
  #next = 0;

  constructor(length: number) {
    this.total = new Float32Array(length);
  }

  add(job: number, sum: Float32Array): void {
    this.#waiting.set(job, sum);
    for (let next; (next = this.#waiting.get(this.#next)) !== undefined; this.#next++) {
      for (let i = 0; i < next.length; i++) this.total[i] += next[i];
      this.#waiting.delete(this.#next);
    }
  }
}

/** A job: a part of a tile, forth only or forth and back. */
interface BackwardJob {
  readonly job: number;
  /** The tile's first. */
  readonly isFirst: boolean;
  readonly isForth: boolean;
  readonly part: number;
  readonly place: SequencePlace;
}

/** One pullback as jobs: per tile, its parts forth but the last one, then all parts back. */
class BackwardCall implements Jobs {
  readonly count: number;
  readonly executable: Executable;
  readonly own: Float32Array = scanMemory().floats;
  readonly bytes: number;
  readonly #plan: BackwardPlan;
  readonly #args: ScanArgs;
  readonly #cotangents: ScanCotangents;
  readonly #wants: ScanWants;
  readonly #parts: number;
  #latest: BackwardJob | undefined;
  #filled: Filled | undefined;
  #sums: SharedSums | undefined;

  constructor(plan: BackwardPlan, args: ScanArgs, cotangents: ScanCotangents, wants: ScanWants) {
    this.#plan = plan;
    this.#args = args;
    this.#cotangents = cotangents;
    this.#wants = wants;
    this.#parts = Math.ceil(args.steps / plan.partSteps);
    this.count = Math.ceil(args.batch / plan.tileRows) * (2 * this.#parts - 1);
    this.executable = plan.code.executable;
    this.bytes = plan.end;
  }

  /** The results, allocated while workers work. */
  get results(): Filled {
    const { isOnePiece, isOneTile } = this.#plan;
    const { steps, batch, units, state } = this.#args;
    const { state: wantsState, params } = this.#wants;
    const size = batch * units;
    return this.#filled ??= {
      x: isOnePiece ? undefined : allocate(steps * size),
      state: isOneTile || wantsState === false ? [] : state.map(() => allocate(size)),
      params: params.includes("rows")
        ? params.map((want) => want === "rows" ? allocate(size) : undefined)
        : [],
    };
  }

  prepare(floats: Float32Array): void {
    const { args: at, slabRows, sums } = this.#plan;
    if (floats !== this.own) floats.set(this.own.subarray(0, scanMemory().tileStart / 4));
    floats.fill(0, sums.start / 4, sums.end / 4);
    placeParams(floats, this.#args, slabRows, at.params, at.arrayStride);
    if (at.groups > 0) {
      floats.fill(-0, at.nothing / 4, at.nothing / 4 + slabRows * at.unitBytes / 4);
    }
  }

  load(job: number, floats: Float32Array): readonly KernelCall[] {
    const { code, args: at, isShared, sums, words } = this.#plan;
    const { isFirst, isForth, part, place } = this.#jobOf(job);
    const isLastPart = part === this.#parts - 1;
    if (isShared) floats.fill(0, sums.start / 4, sums.end / 4);
    if (isFirst) this.#loadRows(place, floats);
    if (isForth) this.#moveStates(floats, part, true);
    else if (!isLastPart) this.#returnTo(floats, part);
    this.#loadInputs(place, floats, !isForth);
    const hasLast = !isLastPart || this.#cotangents.lateral !== undefined;
    // The last step's state is wanted for nothing, its output only if the current that it sends has
    // a cotangent.
    const isCut = !isForth && !hasLast && !code.isKept;
    const block = argumentsIn(floats, words);
    block[field.steps] = place.steps;
    block[field.forthSteps] = place.steps - Number(isCut);
    block[field.sendsLast] = Number(isForth || isCut);
    block[field.left] = block[field.rows] = place.rows;
    block[field.row] = place.row;
    block[field.closes] = Number(part === 0);
    if (hasLast && at.groups > 0) block[field.gLast] = this.#plan.gLast;
    if (this.#plan.isOnePiece) block[field.gx] += place.row * at.unitBytes;
    if (!isForth) return code.calls.backward;
    block[field.bytes] = place.rows * at.unitBytes;
    block[field.stateStride] = block[field.keptStride] = block[field.lateralStride] = 0;
    return code.calls.run;
  }

  store(job: number, floats: Float32Array): void {
    const { args: at, isShared } = this.#plan;
    const { isForth, part, place } = this.#jobOf(job);
    if (isForth) return;
    const { x } = this.results;
    if (x !== undefined) copySequence(floats, at.gx, x, place, false);
    if (part === 0) this.#storeRows(place, floats);
    if (!isShared) return;
    this.#sums ??= new SharedSums(at.sumBytes / 4);
    this.#sums.add(job, floats.slice(at.total / 4, (at.total + at.sumBytes) / 4));
  }

  /** Puts the sums of shared tiles where those of a single thread would be. */
  finish(): void {
    if (this.#sums !== undefined) this.own.set(this.#sums.total, this.#plan.args.total / 4);
  }

  #jobOf(job: number): BackwardJob {
    if (this.#latest?.job === job) return this.#latest;
    const { partSteps, tileRows, args: at } = this.#plan;
    const { steps, batch, units } = this.#args;
    const phases = 2 * this.#parts - 1;
    const phase = job % phases;
    const isForth = phase < this.#parts - 1;
    const part = isForth ? phase : phases - 1 - phase;
    const start = part * partSteps;
    const row = Math.floor(job / phases) * tileRows;
    const place = {
      start,
      steps: Math.min(partSteps, steps - start),
      batch,
      units,
      row,
      rows: Math.min(tileRows, batch - row),
      stride: at.xStride,
    };
    return this.#latest = { job, isFirst: phase === 0, isForth, part, place };
  }

  /** Copies states, the lateral current and their cotangents in. */
  #loadRows(place: SequencePlace, floats: Float32Array): void {
    const { args: at, code: { wanted, sums }, gLast, pieceRows, slabRows } = this.#plan;
    const { state, lateral, units } = this.#args;
    const cotangents = this.#cotangents;
    for (let row = 0; row < place.rows; row += pieceRows) {
      const offset = row / slabRows * at.slabBytes;
      const first = (place.row + row) * units;
      const count = Math.min(pieceRows, place.rows - row) * units;
      for (let i = 0; i < state.length; i++) {
        const from = offset + i * at.arrayStride;
        copyRows(floats, at.state + from, state[i], first, count);
        copyRows(floats, at.gState + from, cotangents.state[i], first, count);
      }
      if (lateral) copyRows(floats, at.lateral + offset, lateral, first, count);
      if (cotangents.lateral) copyRows(floats, gLast + offset, cotangents.lateral, first, count);
    }
    if (wanted.length > sums.length) {
      floats.fill(0, at.gParams / 4, (at.gParams + wanted.length * at.arrayStride) / 4);
    }
  }

  #loadInputs(place: SequencePlace, floats: Float32Array, isBack: boolean): void {
    const { args: at } = this.#plan;
    const { x, noise } = this.#args;
    const { out } = this.#cotangents;
    copySequence(floats, at.x, hostArray(x), place, true);
    for (let i = 0; i < noise.length; i++) {
      copySequence(floats, at.noise + i * at.noiseStride, hostArray(noise[i]), place, true);
    }
    if (isBack && out) copySequence(floats, at.gOut, hostArray(out), place, true);
  }

  /** Copies states and lateral current to where they are remembered for a part, or from there. */
  #moveStates(floats: Float32Array, part: number, isSaving: boolean): void {
    const { args: { state, lateral, arrayStride }, remembered } = this.#plan;
    const count = this.#args.state.length;
    const at = remembered + part * (count + 1) * arrayStride;
    const move = (place: number, kept: number, bytes: number) => {
      const [to, from] = isSaving ? [kept, place] : [place, kept];
      floats.copyWithin(to / 4, from / 4, (from + bytes) / 4);
    };
    move(state, at, count * arrayStride);
    move(lateral, at + count * arrayStride, arrayStride);
  }

  /** Goes back to a part from the one after it, whose first step the part's last output reached. */
  #returnTo(floats: Float32Array, part: number): void {
    const { args: { gx, groups, arrayStride }, gLast } = this.#plan;
    this.#moveStates(floats, part, false);
    if (groups > 0) floats.copyWithin(gLast / 4, gx / 4, (gx + arrayStride) / 4);
  }

  /** Copies gradients of states and parameters out, where several tiles make them. */
  #storeRows(place: SequencePlace, floats: Float32Array): void {
    const { args: at, code: { wanted, sums }, isOneTile, pieceRows, slabRows } = this.#plan;
    const { state, params } = this.results;
    if (isOneTile && wanted.length === sums.length) return;
    const { units } = this.#args;
    for (let row = 0; row < place.rows; row += pieceRows) {
      const offset = row / slabRows * at.slabBytes;
      const first = (place.row + row) * units;
      const count = Math.min(pieceRows, place.rows - row) * units;
      const copyOut = (to: Float32Array | undefined, from: number) =>
        to?.set(floats.subarray((from + offset) / 4, (from + offset) / 4 + count), first);
      state.forEach((g, i) => copyOut(g, at.gState + i * at.arrayStride));
      wanted.forEach((p, slot) => copyOut(params[p], at.gParams + slot * at.arrayStride));
    }
  }
}
