import type { ScanArgs, ScanKernel } from "@spikeloop/backend";
import type { Ranges } from "./copy_together.ts";
import type { RunArgs } from "./emit_run.ts";
import { type ForwardKernel, forwardKernel, perUnitBits } from "./forward_kernel.ts";
import { alignedRows, slackBytes, TileLayout } from "./memory.ts";
import { scratch } from "./scratch.ts";
import { tablesOf } from "./tables.ts";

/** About how many units go through time together: their state stays in the first-level cache or near it. */
const slabUnits = 4096;

/** How many numbers of x a tile holds where all of them are more: they stay in the second-level cache. */
const tileNumbers = 1 << 16;

/** How many numbers of x are one tile: results of one tile are written once, others are filled with zeros first. */
const wholeNumbers = 1 << 19;

/** How many numbers of one time step a tile holds at least: much shorter copies cost more than they carry. */
const copiedNumbers = 16384;

/** How many plans are kept per neuron. */
const keptPlans = 8;

/** The extents that a plan was made for. */
interface Key {
  readonly steps: number;
  readonly batch: number;
  readonly units: number;
  readonly group: number;
  readonly perUnit: number;
  readonly traced: boolean;
  /** Where the tile starts. */
  readonly start: number;
}

/**
 * How scans of the same extents run: the kernel, and where a tile's arrays lie. A tile is what is copied at a time; it
 * is a number of slabs, which go through the tile's time steps one after another.
 */
export interface ForwardPlan {
  readonly key: Key;
  readonly compiled: ForwardKernel;
  /** Rows of a tile. */
  readonly rows: number;
  /** Time steps of a tile. */
  readonly steps: number;
  /** Rows of a slab. */
  readonly slabRows: number;
  /** Bytes from one time step of a tile to the next. */
  readonly stride: number;
  /** One tile is all there is, without gaps. */
  readonly isWhole: boolean;
  /** Where the results of such a tile lie, and how long they are: output, states, lateral current. */
  readonly results: Ranges;
  /** The arguments of `run` for a tile's first slab. */
  readonly run: RunArgs;
  /** The first address past the tile. */
  readonly end: number;
}

const kept = new WeakMap<ScanKernel, ForwardPlan[]>();

function fits(key: Key, args: ScanArgs, perUnit: number, traced: boolean): boolean {
  return key.steps === args.steps && key.batch === args.batch && key.units === args.units &&
    key.group === args.group && key.perUnit === perUnit && key.traced === traced;
}

/** The plan for a scan, with its tables in place: a call costs microseconds less when one is kept. */
export function forwardPlan(kernel: ScanKernel, args: ScanArgs, traced: boolean): ForwardPlan {
  let plans = kept.get(kernel);
  if (plans === undefined) kept.set(kernel, plans = []);
  const perUnit = perUnitBits(args);
  for (let i = 0; i < plans.length; i++) {
    const plan = plans[i];
    if (!fits(plan.key, args, perUnit, traced)) continue;
    const { table } = tablesOf(plan.compiled.wiring, args);
    if (plan.key.start !== scratch().tile) {
      plans.splice(i, 1);
      break;
    }
    plan.run.table = table;
    return plan;
  }
  const compiled = forwardKernel(kernel, args.group, perUnit, traced);
  const { table } = tablesOf(compiled.wiring, args);
  const { steps, batch, units, group } = args;
  const start = scratch().tile;
  const key = { steps, batch, units, group, perUnit, traced, start };
  const plan = makePlan(kernel, compiled, key, table);
  plans.unshift(plan);
  plans.length = Math.min(plans.length, keptPlans);
  return plan;
}

/** Rows and steps of a tile. */
function tileOf({ steps, batch, units }: Key): { readonly rows: number; readonly steps: number } {
  if (steps * batch * units <= wholeNumbers) return { rows: batch, steps };
  const held = Math.max(tileNumbers / (steps * units), copiedNumbers / units);
  const rows = Math.min(batch, alignedRows(held, units));
  return { rows, steps: Math.min(steps, Math.max(1, Math.floor(tileNumbers / (rows * units)))) };
}

function makePlan(
  kernel: ScanKernel,
  compiled: ForwardKernel,
  key: Key,
  table: number,
): ForwardPlan {
  const { batch, units, group, traced, start } = key;
  const { turn } = compiled;
  const { rows, steps } = tileOf(key);
  const numbers = rows * units;
  const isOneSlab = numbers <= slabUnits;
  const slabRows = isOneSlab ? rows : Math.min(rows, alignedRows(slabUnits / units, units));
  // What a slab's last turn writes past its end must not be another's: where outputs take the place of x, time steps
  // are apart.
  const stride = isOneSlab || numbers % turn === 0
    ? 4 * numbers
    : Math.ceil(numbers / 16) * 64 + slackBytes;
  const sequence = steps * stride;
  const layout = new TileLayout(start);
  const slab = Math.ceil(Math.ceil(numbers / turn) * turn / 16) * 64;
  const stateBytes = kernel.states.length * slab;
  const x = layout.place(sequence);
  const slack = numbers % turn === 0 ? 0 : slackBytes; // what whole turns touch past an array's end
  const run = {
    steps,
    x,
    xStride: stride,
    // The results of a single slab lie together, so that one copy takes them all.
    out: isOneSlab ? layout.place(sequence, slack) : x,
    outStride: stride,
    state: layout.place(stateBytes * (traced ? steps + 1 : 1), slack),
    stateStride: traced ? stateBytes : 0,
    slab,
    kept: 0,
    keptStride: 0,
    lateral: layout.place(slab),
    lateralStride: 0,
    noise: layout.place(kernel.noise.length * sequence),
    noiseStride: stride,
    noiseSlab: sequence,
    params: layout.place(kernel.params.length * slab),
    bits: layout.place(slab / 32),
    bitsStride: 0,
    bytes: 4 * slabRows * units,
    table,
    list: layout.place(4 * group),
    rows: slabRows,
    pops: group === 0 ? 0 : units / group,
    last: 1,
  };
  scratch().reserve(layout.end);
  const isWhole = rows === batch && steps === key.steps && stride === 4 * numbers && !traced;
  const places = [run.out, ...kernel.states.map((_, i) => run.state + i * slab)];
  if (group > 0) places.push(run.lateral);
  const results = {
    starts: places.map((at) => at / 4),
    lengths: places.map((_, i) => i === 0 ? steps * numbers : numbers),
  };
  return { key, compiled, rows, steps, slabRows, stride, isWhole, results, run, end: layout.end };
}
