// The pullback of T steps: tile by tile, each forward again, then back. Long sequences go in
// parts: forward once, saving the state before each part; then forward and back, the last first.
import { chunkedGroup, gradientRows, hasUnreadNaN } from "@spikeloop/backend";
import type { ScanArgs, ScanCotangents, ScanGradients, Skeletons } from "@spikeloop/backend";
import { allocate, room } from "../allocate.ts";
import { borrow, sourceOf, sources } from "../source.ts";
import { copy } from "../staging.ts";
import { common } from "../threads/common.ts";
import { share, worthSharing } from "../threads/threads.ts";
import { type BackwardPlan, backwardPlan } from "./backward_plan.ts";
import { loadJob } from "./backward_job.ts";
import { borrowInputs, placeParams, storeSequence } from "./copy.ts";
import { argumentsAt, scanMemory } from "./memory.ts";
import type { PullbackArgs } from "./pullback_args.ts";
import { runTiles } from "./run_tiles.ts";

/** Numbers of x that a job may have, so that memory stays bounded. */
const mostNumbers = 1 << 21;

/** Whether a second thread may pay: small groups take little more time than their copies. */
export function isBackwardShareable({ steps, batch, units, group }: ScanArgs): boolean {
  const worth = (group > chunkedGroup ? 1 : group === 0 ? 4 : 16) * worthSharing;
  return steps * batch * units >= worth && batch > gradientRows &&
    steps * gradientRows * units <= mostNumbers;
}

/** The pullback of `cpuScan`. */
export const cpuScanBackward: Skeletons["scanBackward"] = (
  kernel,
  args,
  _,
  cotangents,
  wants,
): ScanGradients => {
  const pullback = { kernel, args, cotangents, wants };
  if (sources.exist) {
    pullback.cotangents = cotangentsAtHand(cotangents);
    borrowInputs(args);
  }
  return isBackwardShareable(args) ? scanBackwardShared(pullback) : scanBackwardWith(0, pullback);
};

const scanBackwardShared = (pullback: PullbackArgs) =>
  share((workers) => scanBackwardWith(workers, pullback));

/** Cotangents that can be read while the kernels run, as numbers or by parts. */
function cotangentsAtHand(cotangents: ScanCotangents): ScanCotangents {
  const { out, state, lateral } = cotangents;
  for (const s of state) if (s !== undefined) borrow(s);
  if (lateral !== undefined) borrow(lateral);
  if (out === undefined || out instanceof Float32Array) return cotangents;
  return { ...cotangents, out: sourceOf(out) };
}

/** The same by this thread and so many workers, 64 rows at a time. */
export function scanBackwardWith(workers: number, pullback: PullbackArgs): ScanGradients {
  const { kernel, args, cotangents, wants } = pullback;
  let plan = backwardPlan(pullback, workers > 0);
  if (plan.isShared && !common().fits(plan.code.executable, plan.end, workers)) {
    plan = backwardPlan(pullback, false);
  }
  const tiles = plan.isOneJob ? undefined : runBackward(plan, pullback, workers);
  const { floats } = scanMemory();
  const { backward, unpack } = plan.code.executable.exports;
  if (tiles === undefined) {
    placeParams(floats, args, plan.args);
    loadJob(floats, plan, pullback, plan.firstJob);
    backward(argumentsAt);
  }
  if (wants.weights) unpack(plan.weights, plan.weight, plan.bias, plan.args.groups);
  const copies = plan.copyResults(floats);
  let next = wants.weights ? 2 : 0;
  const params = plan.code.sums.length === 0
    ? tiles?.params ?? none
    : wants.params.map((want, i) => want === "sum" ? copies[next++] : tiles?.params[i]);
  const gradients = {
    state: tiles?.state ?? (wants.state === false ? none : copies.slice(next + 1)),
    x: tiles?.x ?? copies[next],
    weight: wants.weights ? copies[0] : undefined,
    bias: wants.weights ? copies[1] : undefined,
    params,
  };
  // A bias's gradient is the sum of those of x from step d on.
  const isSound = wants.weights && args.steps > args.delay &&
    floats[plan.bias / 4 + args.units] === 0;
  return !pullback.skipsUnread && !isSound && hasUnreadNaN(kernel, args, cotangents, gradients.x)
    ? scanBackwardWith(workers, { ...pullback, skipsUnread: true })
    : gradients;
}

const none: readonly Float32Array[] = [];

/** Runs a pullback as several jobs. Leaves sums over the batch in this thread's memory. */
function runBackward(plan: BackwardPlan, pullback: PullbackArgs, workers: number) {
  const { args, wants } = pullback;
  const { args: at, code, isShared } = plan;
  const { steps, batch, units } = args;
  const { floats: own } = scanMemory();
  const size = batch * units;
  const x = room(steps * size);
  const state = wants.state === false ? [] : args.state.map(() => room(size));
  const params = wants.params.map((want) => want === "rows" ? allocate(size) : undefined);
  const total = new Float32Array(isShared ? at.sumBytes / 4 : 0);
  /** The sums of jobs that wait for those of rows before. */
  const sums: Float32Array[] = [];
  let added = 0;
  own.fill(0, at.part / 4, plan.zeros.end / 4);
  runTiles(plan, args, {
    load: (job, floats) => loadJob(floats, plan, pullback, plan.jobAt(job)),
    store: (job, floats) => {
      const { isForward, part, region } = plan.jobAt(job);
      if (isForward) return;
      if (isShared) sums[job] = floats.slice(at.total / 4, (at.total + at.sumBytes) / 4);
      for (let s; (s = sums[added]) !== undefined; delete sums[added++]) {
        for (let i = 0; i < s.length; i++) total[i] += s[i];
      }
      storeSequence(floats, at.gx, x, region);
      if (part > 0) return;
      const copyOut = (to: Float32Array | undefined, array: number) =>
        to && copy(floats, array / 4, region.count, to, region.first);
      state.forEach((g, i) => copyOut(g, at.gState + i * at.arrayStride));
      code.paramSlots.forEach((p, slot) => copyOut(params[p], at.gParams + slot * at.arrayStride));
    },
  }, isShared ? workers : 0);
  // Where the sums of a single thread would be.
  if (isShared) own.set(total, at.total / 4);
  return { x, state, params };
}
