// T steps of a neuron: all rows in one tile, or tile by tile, by as many threads as pay.
import type { ScanArgs, ScanKernel, ScanResult, Storage } from "@spikeloop/backend";
import { room } from "../allocate.ts";
import { sources } from "../source.ts";
import { copy } from "../staging.ts";
import { common } from "../threads/common.ts";
import { share } from "../threads/threads.ts";
import { borrowInputs, loadSequences, loadStates, placeParams, storeSequence } from "./copy.ts";
import { type ForwardPlan, forwardPlan, isScanShareable } from "./forward_plan.ts";
import { forwardBlock } from "./kernels/loops.ts";
import { argumentsAt, argumentsIn, scanMemory } from "./memory.ts";
import { runTiles } from "./run_tiles.ts";

/** T steps of a neuron. */
export function cpuScan(kernel: ScanKernel, args: ScanArgs, trace: readonly number[]): ScanResult {
  if (sources.exist) borrowInputs(args);
  return trace.length === 0 && isScanShareable(args)
    ? scanShared(kernel, args, trace)
    : scanAlone(kernel, args, trace);
}

const scanShared: typeof cpuScan = (...call) => share((workers) => scanWith(workers, ...call));

/** The same by this thread and so many workers, some rows of the batch at a time. */
export function scanWith(
  workers: number,
  kernel: ScanKernel,
  args: ScanArgs,
  trace: readonly number[],
): ScanResult {
  if (workers > 0) {
    const plan = forwardPlan(kernel, args, trace.length > 0 ? 3 : 2);
    if (common().fits(plan.code.executable, plan.end, workers)) {
      return scanByTiles(plan, args, trace, workers);
    }
  }
  return scanAlone(kernel, args, trace);
}

/** The same by this thread. Where all is one tile, nothing is made here but the results. */
function scanAlone(kernel: ScanKernel, args: ScanArgs, trace: readonly number[]): ScanResult {
  const isTraced = trace.length > 0;
  const running = isTraced ? kernel : args.forPullback?.kernel ?? kernel;
  const plan = forwardPlan(running, args, isTraced ? 1 : 0);
  if (!plan.isOneTile) return scanByTiles(plan, args, trace, 0);
  const { args: at, words } = plan;
  const memory = scanMemory();
  const { floats } = memory;
  placeParams(floats, args, at);
  loadStates(floats, args, at, plan.whole);
  loadSequences(floats, args, at, plan.whole);
  if (plan.keepsValue) memory.writeArguments(words);
  else memory.keepArguments(words);
  plan.code.executable.exports.forward(argumentsAt);
  // The next step reads the state after a step, but few programs that after a sequence.
  const state = plan.copyResults(floats, args.steps > 1 ? args.state.length : undefined);
  const lateral = args.group > 0 ? state.pop() : undefined;
  const out = state.pop() as Storage;
  return { out, state, lateral, trace: [] };
}

/** A call of several tiles of rows, and within these of time. */
function scanByTiles(
  plan: ForwardPlan,
  args: ScanArgs,
  trace: readonly number[],
  workers: number,
): ScanResult {
  const { args: at, tile } = plan;
  const { steps, batch, units, state, lateral, delay } = args;
  const size = batch * units;
  const stateAt = (i: number) => at.state + i * at.arrayStride;
  /** The address of the current that arrives at a step of a tile. */
  const currentAt = (t: number) => at.lateral + t * at.lateralStride;
  const out = room(steps * size);
  const states = state.map(() => room(size));
  const currents = lateral && room(delay * size);
  const traces = trace.map(() => new Float32Array(steps * size));
  const { index } = forwardBlock;
  runTiles(plan, args, {
    load: (job, to) => {
      const region = plan.regionAt(job);
      if (region.start === 0) loadStates(to, args, at, region);
      else {
        const from = currentAt(tile.steps) / 4;
        to.copyWithin(at.lateral / 4, from, currentAt(tile.steps + delay) / 4);
      }
      loadSequences(to, args, at, region);
      const block = argumentsIn(to, plan.words);
      block[index.forwardSteps] = block[index.sendSteps] = region.steps;
      block[index.tileRows] = region.rows;
      return "forward";
    },
    store: (job, from) => {
      const region = plan.regionAt(job);
      const { first, count } = region;
      storeSequence(from, at.out, out, region);
      const { stateStride } = at;
      trace.forEach((s, i) => {
        const ofStates = { ...region, stride: stateStride };
        storeSequence(from, stateAt(s) + stateStride, traces[i], ofStates);
      });
      if (stateStride > 0) {
        const end = (at.state + region.steps * stateStride) / 4;
        from.copyWithin(at.state / 4, end, end + stateStride / 4);
      }
      if (region.start + region.steps < steps) return;
      states.forEach((to, i) => copy(from, stateAt(i) / 4, count, to, first));
      for (let i = 0; currents && i < delay; i++) {
        copy(from, currentAt(region.steps + i) / 4, count, currents, i * size + first);
      }
    },
  }, workers);
  return { out, state: states, lateral: currents, trace: traces };
}
