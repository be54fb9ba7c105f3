// T steps of a neuron: all rows in one tile, or tile by tile, by as many threads as pay.
import {
  hostArray,
  type ScanArgs,
  type ScanKernel,
  type ScanResult,
  type Storage,
} from "@spikeloop/backend";
import { fitsMailbox } from "../threads/mailbox.ts";
import type { PooledWorker } from "../threads/pooled_worker.ts";
import { type Jobs, runJobs } from "../threads/run_jobs.ts";
import { share } from "../threads/threads.ts";
import {
  copyInputs,
  copyOf,
  copyRows,
  copySequence,
  copyTogether,
  placeOf,
  placeParams,
  ringStart,
} from "./copy.ts";
import { keeps } from "./forward_executable.ts";
import { type ForwardPlan, forwardPlan, isScanShareable } from "./forward_plan.ts";
import { forwardBlock } from "./kernels/loops.ts";
import { argumentsAt, argumentsIn, scanMemory } from "./memory.ts";

/** T steps of a neuron. */
export function cpuScan(kernel: ScanKernel, args: ScanArgs, trace: readonly number[]): ScanResult {
  return isScanShareable(args, trace)
    ? share((workers) => scanWith(workers, kernel, args, trace))
    : scanWith([], kernel, args, trace);
}

/** The same by this thread and these workers, who take some rows of the batch at a time. */
export function scanWith(
  workers: readonly PooledWorker[],
  kernel: ScanKernel,
  args: ScanArgs,
  trace: readonly number[],
): ScanResult {
  const kept = trace.length > 0 ? keeps.states : keeps.nothing;
  if (workers.length > 0) {
    const plan = forwardPlan(kernel, args, kept, true);
    if (fitsMailbox(plan.code.executable, plan.end)) return runTiles(plan, args, trace, workers);
  }
  const leaves = args.forPullback !== undefined && kept === keeps.nothing;
  const plan = forwardPlan(kernel, args, leaves ? keeps.forPullback : kept, false);
  return plan.isOneTile ? runOneTile(plan, args) : runTiles(plan, args, trace, []);
}

const noTraces: readonly Storage[] = [];

/** A call that is one tile, such as a single step: nothing is made here but the results. */
function runOneTile(plan: ForwardPlan, args: ScanArgs): ScanResult {
  const { args: places, words } = plan;
  const memory = scanMemory();
  const { floats } = memory;
  const { state } = args;
  placeParams(floats, args, places);
  copyInputs(floats, args, places);
  const { run, forward } = plan.code.executable.exports;
  if (places.slabRows === plan.tile.rows) {
    if (plan.leaves) memory.writeArguments(words);
    else memory.keepArguments(words);
    run(argumentsAt);
  } else {
    memory.writeArguments(words);
    forward(argumentsAt);
  }
  const copies = copyTogether(floats, plan.results);
  const last = new Array<Storage>(state.length);
  for (let i = 0; i < state.length; i++) last[i] = copies[1 + i];
  return { out: copies[0], state: last, lateral: copies[1 + state.length], trace: noTraces };
}

/** A call of several tiles of rows, and within these of time. */
function runTiles(
  plan: ForwardPlan,
  args: ScanArgs,
  trace: readonly number[],
  workers: readonly PooledWorker[],
): ScanResult {
  const { args: places, tile } = plan;
  const { steps, batch, units } = args;
  const { floats, tablesEnd } = scanMemory();
  const size = batch * units;
  const sequences = [args.x, ...args.noise].map((from, i) => ({
    from: hostArray(from),
    at: i === 0 ? places.x : places.noise + (i - 1) * places.noiseStride,
  }));
  const states = args.state.map((from, i) => ({ from, at: places.state + i * places.arrayStride }));
  const { lateral, delay } = args;
  /** The place of the current that arrives at a step. */
  const currentAt = (t: number) =>
    places.lateral + (t + ringStart(steps, delay)) % delay * places.arrayStride;
  const allocate = () => ({
    out: new Float32Array(steps * size),
    last: states.map(() => tile.rows === batch ? undefined : new Float32Array(size)),
    currents: lateral && new Float32Array(delay * size),
    traces: trace.map(() => new Float32Array(steps * size)),
  });
  let results: ReturnType<typeof allocate> | undefined;
  const tilesOfTime = Math.ceil(steps / tile.steps);
  const placeOfJob = (job: number) => {
    const row = Math.floor(job / tilesOfTime) * tile.rows;
    return placeOf(args, tile, row, job % tilesOfTime * tile.steps);
  };
  const { index } = forwardBlock;
  const jobs: Jobs = {
    count: Math.ceil(batch / tile.rows) * tilesOfTime,
    executable: plan.code.executable,
    own: floats,
    bytes: plan.end,
    prepare: (to) => {
      if (to !== floats) to.set(floats.subarray(0, tablesEnd / 4));
      placeParams(to, args, places);
    },
    load: (job, to) => {
      const place = placeOfJob(job);
      const [first, count] = [place.row * units, place.rows * units];
      if (place.start === 0) {
        for (const { from, at } of states) copyRows(to, at, from, first, count);
        for (let i = 0; lateral && i < delay; i++) {
          copyRows(to, currentAt(i), lateral, i * size + first, count);
        }
      }
      for (const { from, at } of sequences) copySequence(to, at, from, place, true);
      const block = argumentsIn(to, plan.words);
      block[index.forwardSteps] = place.steps;
      block[index.left] = place.rows;
      block[index.lateral] = currentAt(place.start);
      return plan.code.calls;
    },
    store: (job, from) => {
      const place = placeOfJob(job);
      const [first, count] = [place.row * units, place.rows * units];
      const { out, last, currents, traces } = results ??= allocate(); // while workers work
      copySequence(from, places.out, out, place, false);
      const { stateStride } = places;
      trace.forEach((s, i) => {
        const at = places.state + stateStride + s * places.arrayStride;
        copySequence(from, at, traces[i], { ...place, stride: stateStride }, false);
      });
      if (stateStride > 0) {
        const end = (places.state + place.steps * stateStride) / 4;
        from.copyWithin(places.state / 4, end, end + stateStride / 4);
      }
      if (place.start + place.steps < steps) return;
      states.forEach(({ at }, i) => last[i]?.set(from.subarray(at / 4, at / 4 + count), first));
      for (let i = 0; i < delay; i++) {
        const at = currentAt(steps + i) / 4;
        currents?.set(from.subarray(at, at + count), i * size + first);
      }
    },
  };
  runJobs(jobs, workers);
  const { out, last, currents, traces } = results ??= allocate();
  const state = states.map(({ at }, i) => last[i] ?? copyOf(floats, at / 4, size));
  return { out, state, lateral: currents, trace: traces };
}
