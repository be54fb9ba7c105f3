import {
  hostArray,
  type ScanArgs,
  type ScanKernel,
  type ScanResult,
  type Storage,
} from "@spikeloop/backend";
import { copyOf, copyTogether } from "./copy_together.ts";
import { copyRows, copySequence } from "./copy.ts";
import type { RunArgs } from "./emit_run.ts";
import { type ForwardPlan, forwardPlan } from "./forward_plan.ts";
import { placeParams } from "./place_params.ts";
import { scratch } from "./scratch.ts";

/** T steps of a neuron: everything in one tile, or tile by tile. */
export function scan(kernel: ScanKernel, args: ScanArgs, trace: readonly number[]): ScanResult {
  const plan = forwardPlan(kernel, args, trace.length > 0);
  const { floats } = scratch();
  placeParams(floats, args, plan.slabRows, plan.run.slab, plan.run.params);
  return plan.isWhole ? runWhole(plan, args, floats) : runTiles(plan, args, trace, floats);
}

const noTraces: readonly Storage[] = [];

function runWhole(plan: ForwardPlan, args: ScanArgs, floats: Float32Array): ScanResult {
  const { run } = plan;
  const { lateral, noise, state } = args;
  floats.set(hostArray(args.x), run.x / 4);
  for (let i = 0; i < noise.length; i++) {
    floats.set(hostArray(noise[i]), (run.noise + i * run.noiseSlab) / 4);
  }
  for (let i = 0; i < state.length; i++) {
    copyRows(floats, run.state + i * run.slab, state[i], 0, state[i].length);
  }
  if (lateral !== undefined) copyRows(floats, run.lateral, lateral, 0, lateral.length);
  runSlabs(plan, args.steps, args.batch, args.units);
  const copies = copyTogether(floats, plan.results);
  const last = new Array<Storage>(state.length);
  for (let i = 0; i < state.length; i++) last[i] = copies[1 + i];
  return { out: copies[0], state: last, lateral: copies[1 + state.length], trace: noTraces };
}

/** Takes the rows of a tile through its time steps, slab after slab; or calls `f` with the arguments of each. */
export function runSlabs(
  { compiled, run, slabRows }: ForwardPlan,
  steps: number,
  rows: number,
  units: number,
  f: (slab: RunArgs) => void = compiled.run,
): void {
  if (rows === run.rows && steps === run.steps) return f(run);
  const slab = { ...run, steps };
  for (let row = 0; row < rows; row += slabRows) {
    const offset = 4 * row * units;
    slab.x = run.x + offset;
    slab.out = run.out + offset;
    slab.state = run.state + offset;
    slab.lateral = run.lateral + offset;
    slab.noise = run.noise + offset;
    slab.rows = Math.min(slabRows, rows - row);
    slab.bytes = 4 * slab.rows * units;
    f(slab);
  }
}

function runTiles(
  plan: ForwardPlan,
  args: ScanArgs,
  trace: readonly number[],
  floats: Float32Array,
): ScanResult {
  const { run, rows: tileRows, steps: tileSteps, stride } = plan;
  const { steps, batch, units } = args;
  const size = batch * units;
  const isWide = tileRows === batch;
  const sequences = [{ from: hostArray(args.x), at: run.x }].concat(
    args.noise.map((n, i) => ({ from: hostArray(n), at: run.noise + i * run.noiseSlab })),
  );
  const states = args.state.map((from, i) => ({ from, at: run.state + i * run.slab }));
  if (args.lateral) states.push({ from: args.lateral, at: run.lateral });
  const out = new Float32Array(steps * size);
  const last = states.map(({ at }) => ({ to: isWide ? undefined : new Float32Array(size), at }));
  const traces = trace.map((s) => ({ to: new Float32Array(steps * size), at: run.slab * s }));
  for (let row = 0; row < batch; row += tileRows) {
    const rows = Math.min(tileRows, batch - row);
    const [count, first] = [rows * units, row * units];
    for (const { from, at } of states) copyRows(floats, at, from, first, count);
    for (let start = 0; start < steps; start += tileSteps) {
      const held = Math.min(tileSteps, steps - start);
      const place = { start, steps: held, batch, units, row, rows, stride };
      for (const { from, at } of sequences) copySequence(floats, at, from, place, true);
      runSlabs(plan, held, rows, units);
      copySequence(floats, run.out, out, place, false);
      for (const { to, at } of traces) {
        const firstState = run.state + run.stateStride + at;
        copySequence(floats, firstState, to, { ...place, stride: run.stateStride }, false);
      }
      if (run.stateStride > 0) {
        const end = (run.state + held * run.stateStride) / 4;
        floats.copyWithin(run.state / 4, end, end + run.stateStride / 4);
      }
    }
    for (const { to, at } of last) to?.set(floats.subarray(at / 4, at / 4 + count), first);
  }
  const results = last.map(({ to, at }) => to ?? copyOf(floats, at / 4, size));
  return {
    out,
    state: results.slice(0, args.state.length),
    lateral: results[args.state.length],
    trace: traces.map((t) => t.to),
  };
}
