import {
  chunkedGroup,
  hostArray,
  type ScanArgs,
  type ScanKernel,
  type ScanResult,
} from "@spikeloop/backend";
import { fitsDesk } from "../threads/desk.ts";
import type { Helper } from "../threads/helper.ts";
import { runJobs } from "../threads/run_jobs.ts";
import type { Call } from "../threads/shared_kernel.ts";
import { worthSharing } from "../threads/threads.ts";
import { copyRows, copySequence } from "./copy.ts";
import { runParams } from "./emit_run.ts";
import { runSlabs } from "./forward.ts";
import { forwardPlan } from "./forward_plan.ts";
import { alignedRows } from "./memory.ts";
import { placeParams } from "./place_params.ts";
import { scratch } from "./scratch.ts";

/** About how many numbers of x a job has: they stay in the second-level cache. */
const jobNumbers = 1 << 16;

/** Jobs at least: fewer leave a thread without work at the end. */
const fewestJobs = 8;

/**
 * Whether a second thread may pay. Where lateral currents are looked up in tables, a step takes no longer than the
 * copies to another thread's cache and back, which this thread would have to make.
 */
export function isScanShareable(
  { steps, batch, units, group }: ScanArgs,
  trace: readonly number[],
): boolean {
  return group > chunkedGroup && steps * batch * units >= worthSharing && trace.length === 0;
}

/** `scan` by this thread and its helpers, some rows of the batch a job; undefined where it cannot be cut. */
export function sharedScan(
  kernel: ScanKernel,
  args: ScanArgs,
  helpers: readonly Helper[],
): ScanResult | undefined {
  const { steps, batch, units } = args;
  const most = Math.min(jobNumbers / (steps * units), batch / fewestJobs);
  const jobRows = Math.min(batch, alignedRows(most, units));
  const plan = forwardPlan(kernel, { ...args, batch: jobRows }, false);
  if (plan.rows < jobRows || plan.steps < steps) return undefined;
  const { run, end } = plan;
  const { shared } = plan.compiled;
  const { floats, tile } = scratch();
  const callsFor = (rows: number) => {
    const calls: Call[] = [];
    runSlabs(plan, steps, rows, units, (slab) => {
      calls.push(shared.call("run", ...runParams.map((p) => slab[p])));
    });
    return calls;
  };
  const whole = callsFor(jobRows);
  if (!fitsDesk(shared, whole, end)) return undefined;
  const states = args.state.map((from, i) => ({ from, at: run.state + i * run.slab }));
  if (args.lateral !== undefined) states.push({ from: args.lateral, at: run.lateral });
  const make = () => ({
    out: new Float32Array(steps * batch * units),
    last: states.map(() => new Float32Array(batch * units)),
  });
  let made: ReturnType<typeof make> | undefined;
  const placeOf = (job: number) => {
    const row = job * jobRows;
    const rows = Math.min(jobRows, batch - row);
    return { start: 0, steps, batch, units, row, rows, stride: plan.stride };
  };
  runJobs({
    count: Math.ceil(batch / jobRows),
    kernel: shared,
    own: floats,
    bytes: end,
    prepare: (to) => {
      if (to !== floats) to.set(floats.subarray(0, tile / 4));
      placeParams(to, args, plan.slabRows, run.slab, run.params);
    },
    load: (job, to) => {
      const place = placeOf(job);
      copySequence(to, run.x, hostArray(args.x), place, true);
      args.noise.forEach((n, i) =>
        copySequence(to, run.noise + i * run.noiseSlab, hostArray(n), place, true)
      );
      for (const { from, at } of states) {
        copyRows(to, at, from, place.row * units, place.rows * units);
      }
      return place.rows === jobRows ? whole : callsFor(place.rows);
    },
    store: (job, from) => {
      const place = placeOf(job);
      const { out, last } = made ??= make(); // while helpers work
      copySequence(from, run.out, out, place, false);
      states.forEach(({ at }, i) =>
        last[i].set(from.subarray(at / 4, at / 4 + place.rows * units), place.row * units)
      );
    },
  }, helpers);
  const { out, last } = made ??= make();
  const count = args.state.length;
  return { out, state: last.slice(0, count), lateral: last[count], trace: [] };
}
