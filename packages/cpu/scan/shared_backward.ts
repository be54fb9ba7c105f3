import {
  chunkedGroup,
  gradientRows,
  hostArray,
  type ScanArgs,
  type ScanCotangents,
  type ScanGradients,
  type ScanKernel,
  type ScanWants,
} from "@spikeloop/backend";
import { fitsDesk } from "../threads/desk.ts";
import type { Helper } from "../threads/helper.ts";
import { runJobs } from "../threads/run_jobs.ts";
import type { Call } from "../threads/shared_kernel.ts";
import { worthSharing } from "../threads/threads.ts";
import type { BackwardPlan } from "./backward_layout.ts";
import { backwardPlan } from "./backward_plan.ts";
import { aimAtLast } from "./backward_tile.ts";
import { copyRows, copySequence } from "./copy.ts";
import { backParams } from "./emit_back.ts";
import { TileLayout } from "./memory.ts";
import { placeParams } from "./place_params.ts";
import { scratch } from "./scratch.ts";

/** Numbers of x that a job may have, so that memory stays bounded. */
const mostNumbers = 1 << 21;

/** Whether a second thread may pay: small populations take little more time than their copies. */
export function isBackwardShareable({ steps, batch, units, group }: ScanArgs): boolean {
  const worth = group > chunkedGroup ? worthSharing : 4 * worthSharing;
  return steps * batch * units >= worth && batch > gradientRows &&
    steps * gradientRows * units <= mostNumbers;
}

/** Where a job's [rows, D] arrays lie, from which its slabs take their part and to which they give it. */
interface Held {
  /** Per state. */
  readonly state: readonly number[];
  /** Cotangents per state, of the last step and then of the first. */
  readonly gState: readonly number[];
  readonly lateral: number;
  readonly gLast: number;
  /** Per wanted parameter. */
  readonly gParams: readonly number[];
  /** The first address past all of these. */
  readonly end: number;
}

function placeHeld({ end, compiled }: BackwardPlan, args: ScanArgs): Held {
  const layout = new TileLayout(end);
  const place = () => layout.place(4 * gradientRows * args.units);
  const held = {
    state: args.state.map(place),
    gState: args.state.map(place),
    lateral: place(),
    gLast: place(),
    gParams: compiled.wanted.map(place),
  };
  scratch().reserve(layout.end);
  return { ...held, end: layout.end };
}

/** What a job of so many rows does: slab after slab, forth and back through time. */
function callsFor(
  plan: BackwardPlan,
  held: Held,
  rows: number,
  units: number,
): readonly Call[] {
  const { shared, wanted, sums, merge } = plan.compiled;
  const { sets } = plan;
  const calls: Call[] = [
    shared.call("clear", plan.sums.part, plan.sums.bytes),
    shared.call("clear", sets.at, sets.bytes),
  ];
  const { slab } = plan.back;
  for (let from = 0; from < rows; from += plan.slabRows) {
    const slabRows = Math.min(plan.slabRows, rows - from);
    const [at, bytes] = [4 * from * units, 4 * slabRows * units];
    const copy = (to: number, from: number) => calls.push(shared.call("copy", to, from, bytes));
    const back = {
      ...plan.back,
      x: plan.x + at,
      noise: plan.noise + at,
      gOut: plan.gOut + at,
      gx: plan.gx + at,
      rows: slabRows,
      bytes,
    };
    held.state.forEach((s, i) => copy(back.state + i * slab, s + at));
    held.gState.forEach((s, i) => copy(back.gState + i * slab, s + at));
    if (plan.key.group > 0) copy(back.lateral, held.lateral + at);
    if (back.gLast !== 0) copy(back.gLast, held.gLast + at);
    if (wanted.length > sums.length) {
      calls.push(shared.call("clear", back.gParams, wanted.length * slab));
    }
    calls.push(shared.call("back", ...backParams.map((p) => back[p])));
    held.gState.forEach((s, i) => copy(s + at, back.gState + i * slab));
    held.gParams.forEach((s, i) => copy(s + at, back.gParams + i * slab));
  }
  if (merge) calls.push(shared.call("merge", sets.at, sets.to, plan.back.pops));
  return calls;
}

/**
 * `scanBackward` by this thread and its helpers. A job is the rows that share a partial sum of the gradients summed
 * over the batch; the partial sums are added in order, whoever made them.
 */
export function sharedScanBackward(
  kernel: ScanKernel,
  args: ScanArgs,
  cotangents: ScanCotangents,
  wants: ScanWants,
  helpers: readonly Helper[],
): ScanGradients | undefined {
  const { steps, batch, units, group } = args;
  const plan = backwardPlan(kernel, { ...args, batch: gradientRows }, cotangents, wants, true);
  const { compiled, back, sums } = plan;
  aimAtLast(plan, cotangents);
  const held = placeHeld(plan, args);
  const { floats, tile } = scratch();
  const callsOf = (rows: number) => callsFor(plan, held, rows, units);
  const whole = callsOf(gradientRows);
  if (!fitsDesk(compiled.shared, whole, held.end)) return undefined;
  const size = batch * units;
  const make = () => ({
    x: new Float32Array(steps * size),
    state: wants.state === false ? [] : args.state.map(() => new Float32Array(size)),
    params: wants.params.map((w) => w === "rows" ? new Float32Array(size) : undefined),
  });
  let made: ReturnType<typeof make> | undefined;
  const total = new Float32Array(sums.bytes / 4);
  const parts = new Map<number, Float32Array>();
  let added = 0;
  const placeOf = (job: number) => {
    const row = job * gradientRows;
    const rows = Math.min(gradientRows, batch - row);
    return { start: 0, steps, batch, units, row, rows, stride: back.xStride };
  };
  runJobs({
    count: Math.ceil(batch / gradientRows),
    kernel: compiled.shared,
    own: floats,
    bytes: held.end,
    prepare: (to) => {
      if (to !== floats) to.set(floats.subarray(0, tile / 4));
      placeParams(to, args, plan.slabRows, back.slab, back.params);
      to.fill(-0, back.nothing / 4, (back.nothing + back.slab) / 4);
    },
    load: (job, to) => {
      const place = placeOf(job);
      const [first, length] = [place.row * units, place.rows * units];
      copySequence(to, plan.x, hostArray(args.x), place, true);
      args.noise.forEach((n, i) =>
        copySequence(to, plan.noise + i * back.noiseSlab, hostArray(n), place, true)
      );
      if (cotangents.out) copySequence(to, plan.gOut, hostArray(cotangents.out), place, true);
      args.state.forEach((s, i) => copyRows(to, held.state[i], s, first, length));
      cotangents.state.forEach((s, i) => copyRows(to, held.gState[i], s, first, length));
      if (args.lateral) copyRows(to, held.lateral, args.lateral, first, length);
      if (back.gLast !== 0) copyRows(to, held.gLast, cotangents.lateral, first, length);
      return place.rows === gradientRows ? whole : callsOf(place.rows);
    },
    store: (job, from) => {
      const place = placeOf(job);
      const first = place.row * units;
      const rowsAt = (at: number) => from.subarray(at / 4, at / 4 + place.rows * units);
      const { x, state, params } = made ??= make(); // while helpers work
      copySequence(from, plan.gx, x, place, false);
      state.forEach((g, i) => g.set(rowsAt(held.gState[i]), first));
      compiled.wanted.forEach((p, slot) => params[p]?.set(rowsAt(held.gParams[slot]), first));
      parts.set(job, from.slice(sums.part / 4, (sums.part + sums.bytes) / 4));
      for (let part; (part = parts.get(added)) !== undefined; parts.delete(added++)) {
        for (let i = 0; i < total.length; i++) total[i] += part[i];
      }
    },
  }, helpers);
  floats.set(total, sums.total / 4);
  if (wants.weights) compiled.unpack(plan.weights, plan.weight, plan.bias, back.pops);
  const take = (at: number, length: number) => floats.slice(at / 4, at / 4 + length);
  const { x, state, params } = made ??= make();
  return {
    x,
    state,
    weight: wants.weights ? take(plan.weight, units * group) : undefined,
    bias: wants.weights ? take(plan.bias, units) : undefined,
    params: wants.params.map((want, i) => {
      if (want !== "sum") return params[i];
      const slot = compiled.sums.findIndex((s) => compiled.wanted[s] === i);
      return slot < 0 ? new Float32Array(units) : take(sums.total + slot * back.sumStride, units);
    }),
  };
}
