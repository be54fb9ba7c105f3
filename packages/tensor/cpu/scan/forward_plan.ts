import type { ScanArgs, ScanKernel } from "../../backend.ts";
import type { RunArgs } from "./emit_run.ts";
import { type ForwardKernel, forwardKernel, perUnitBits } from "./forward_kernel.ts";
import { TileLayout } from "./memory.ts";
import { scratch } from "./scratch.ts";
import { tablesOf } from "./tables.ts";

/** About how many units a tile takes through time together: their state fits the second-level cache. */
const tileUnits = 8192;

/** How many numbers of x a tile holds at most. */
const tileNumbers = 1 << 16;

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

/** How scans of the same extents run: the kernel, and where a tile's arrays lie. */
export interface ForwardPlan {
  readonly key: Key;
  readonly compiled: ForwardKernel;
  /** Rows of a tile. */
  readonly rows: number;
  /** Time steps of a tile. */
  readonly steps: number;
  /** The arguments of `run` for a whole tile. */
  readonly run: RunArgs;
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

function makePlan(
  kernel: ScanKernel,
  compiled: ForwardKernel,
  key: Key,
  table: number,
): ForwardPlan {
  const { batch, units, group, traced, start } = key;
  const rows = Math.min(batch, Math.max(1, Math.floor(tileUnits / units)));
  const numbers = rows * units;
  const atOnce = rows === batch ? Math.max(1, Math.floor(tileNumbers / numbers)) : 2;
  const steps = Math.min(key.steps, atOnce);
  const layout = new TileLayout(start);
  const slab = Math.ceil(numbers / 16) * 64;
  const sequence = 4 * steps * numbers;
  const stateBytes = kernel.states.length * slab;
  const run = {
    steps,
    x: layout.place(sequence),
    xStride: 4 * numbers,
    // Results lie together, so that one copy takes them all.
    out: layout.place(sequence),
    outStride: 4 * numbers,
    state: layout.place(stateBytes * (traced ? steps + 1 : 1)),
    stateStride: traced ? stateBytes : 0,
    slab,
    lateral: layout.place(slab),
    lateralStride: 0,
    noise: layout.place(kernel.noise.length * sequence),
    noiseStride: 4 * numbers,
    noiseSlab: sequence,
    params: layout.place(kernel.params.length * slab),
    bits: layout.place(slab / 32),
    bitsStride: 0,
    bytes: 4 * numbers,
    table,
    list: layout.place(4 * group),
    rows,
    pops: group === 0 ? 0 : units / group,
    last: 1,
  };
  scratch().reserve(layout.end);
  return { key, compiled, rows, steps, run };
}
