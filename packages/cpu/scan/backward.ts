// The pullback of T steps: tile by tile, each forward again, then back. Long sequences go in
// parts: forward once, saving the state before each part; then forward and back, the last first.
import { chunkedGroup, gradientRows, hasUnreadNaN } from "@spikeloop/backend";
import type { ScanArgs, ScanCotangents, ScanGradients, Skeletons } from "@spikeloop/backend";
import { allocate, room } from "../allocate.ts";
import { borrow, sourceOf, sources } from "../source.ts";
import { copy } from "../staging.ts";
import { fitsMailbox } from "../threads/mailbox.ts";
import type { PooledWorker } from "../threads/pooled_worker.ts";
import { runJobs } from "../threads/run_jobs.ts";
import { noWorkers, share, worthSharing } from "../threads/threads.ts";
import { type BackwardPlan, backwardPlan } from "./backward_plan.ts";
import { loadJob, writeConstants } from "./backward_job.ts";
import { borrowInputs, placeParams, storeSequence } from "./copy.ts";
import { argumentsAt, scanMemory } from "./memory.ts";
import type { PullbackArgs } from "./pullback_args.ts";

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
  const pullback = { kernel, args, cotangents: cotangentsAtHand(cotangents), wants };
  if (sources.exist) borrowInputs(args);
  return isBackwardShareable(args)
    ? scanBackwardShared(pullback)
    : scanBackwardWith(noWorkers, pullback);
};

const scanBackwardShared = (pullback: PullbackArgs) =>
  share((workers) => scanBackwardWith(workers, pullback));

/** Cotangents that can be read while the kernels run, as numbers or by parts. */
function cotangentsAtHand(cotangents: ScanCotangents): ScanCotangents {
  const { out, state, lateral } = cotangents;
  for (let i = 0; i < state.length; i++) {
    const s = state[i];
    if (s !== undefined) borrow(s);
  }
  if (lateral !== undefined) borrow(lateral);
  if (out === undefined || out instanceof Float32Array) return cotangents;
  return { ...cotangents, out: sourceOf(out) };
}

/** The same by this thread and these workers, who take 64 rows at a time. */
export function scanBackwardWith(
  workers: readonly PooledWorker[],
  pullback: PullbackArgs,
): ScanGradients {
  const { kernel, args, cotangents, wants } = pullback;
  let plan = backwardPlan(pullback, workers.length > 0);
  if (plan.isShared && !fitsMailbox(plan.code.executable, plan.end)) {
    plan = backwardPlan(pullback, false);
  }
  const tiles = plan.isOneJob ? undefined : runBackward(plan, pullback, workers);
  if (tiles === undefined) runOneJob(plan, pullback);
  if (wants.weights) {
    const { unpack } = plan.code.executable.exports;
    unpack(plan.weights, plan.weight, plan.bias, plan.args.groups);
  }
  const copies = plan.copyResults(scanMemory().floats);
  let next = 0;
  const take = () => copies[next++];
  const { state, x, params } = tiles ?? {
    state: wants.state === false ? none : args.state.map(take),
    x: take(),
    params: none,
  };
  const gradients = {
    state,
    x,
    weight: wants.weights ? take() : undefined,
    bias: wants.weights ? take() : undefined,
    params: plan.code.sums.length > 0
      ? wants.params.map((want, i) => want === "sum" ? take() : params[i])
      : params,
  };
  return !pullback.skipsUnread &&
      hasUnreadNaN(kernel, args, cotangents, gradients.x, gradients.bias)
    ? scanBackwardWith(workers, { ...pullback, skipsUnread: true })
    : gradients;
}

const none: readonly Float32Array[] = [];

/** A pullback that is one job, as for a single row. */
function runOneJob(plan: BackwardPlan, pullback: PullbackArgs): void {
  const { floats } = scanMemory();
  placeParams(floats, pullback.args, plan.args);
  loadJob(floats, plan, pullback, plan.firstJob);
  plan.code.executable.exports.backward(argumentsAt);
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

/** Runs a pullback as several jobs. Leaves sums over the batch in this thread's memory. */
function runBackward(
  plan: BackwardPlan,
  pullback: PullbackArgs,
  workers: readonly PooledWorker[],
) {
  const { args, wants } = pullback;
  const { args: at, code, isShared } = plan;
  const { steps, batch, units, state } = args;
  const memory = scanMemory();
  const { floats: own } = memory;
  const size = batch * units;
  const allocateResults = () => ({
    x: room(steps * size),
    state: wants.state === false ? [] : state.map(() => room(size)),
    params: wants.params.includes("rows")
      ? wants.params.map((want) => want === "rows" ? allocate(size) : undefined)
      : [],
  });
  let results: ReturnType<typeof allocateResults> | undefined;
  const total = new Float32Array(isShared ? at.sumBytes / 4 : 0);
  const addSums = addInOrder(total);
  runJobs({
    count: plan.jobs,
    executable: code.executable,
    own,
    bytes: plan.end,
    prepare: (floats) => {
      if (floats !== own && args.group > 0) floats.set(memory.tables);
      writeConstants(floats, plan, args);
    },
    load: (job, floats) => loadJob(floats, plan, pullback, plan.jobAt(job)),
    store: (job, floats) => {
      const { isForward, part, place } = plan.jobAt(job);
      if (isForward) return;
      const { x, state, params } = results ??= allocateResults(); // while workers work
      if (isShared) addSums(job, floats.slice(at.total / 4, (at.total + at.sumBytes) / 4));
      storeSequence(floats, at.gx, x, place);
      if (part > 0) return;
      const copyOut = (to: Float32Array | undefined, array: number) =>
        to && copy(floats, array / 4, place.count, to, place.first);
      state.forEach((g, i) => copyOut(g, at.gState + i * at.arrayStride));
      code.paramSlots.forEach((p, slot) => copyOut(params[p], at.gParams + slot * at.arrayStride));
    },
  }, isShared ? workers : noWorkers);
  // Where the sums of a single thread would be.
  if (isShared) own.set(total, at.total / 4);
  return results ?? allocateResults();
}
