import {
  type ScanArgs,
  type ScanCotangents,
  type ScanKernel,
  type ScanWants,
  sumsBySets,
} from "@spikeloop/backend";
import { backwardKernel } from "./backward_kernel.ts";
import { type BackwardKey, type BackwardPlan, makeBackwardPlan } from "./backward_layout.ts";
import { perUnitBits } from "./forward_kernel.ts";
import { scratch } from "./scratch.ts";
import { tablesOf } from "./tables.ts";

/** How many plans are kept per neuron. */
const keptPlans = 8;

const kept = new WeakMap<ScanKernel, BackwardPlan[]>();

/** One number for what there is and what is wanted. */
function optionsOf(cotangents: ScanCotangents, wants: ScanWants): number {
  let code = (cotangents.out ? 1 : 0) + (wants.weights ? 2 : 0) + (wants.state !== false ? 4 : 0);
  for (let i = 0; i < wants.params.length; i++) {
    code = code * 3 + (wants.params[i] === "sum" ? 2 : wants.params[i] === "rows" ? 1 : 0);
  }
  return code;
}

function fits(
  key: BackwardKey,
  args: ScanArgs,
  perUnit: number,
  options: number,
  isWhole: boolean,
): boolean {
  return key.steps === args.steps && key.batch === args.batch && key.units === args.units &&
    key.group === args.group && key.perUnit === perUnit && key.options === options &&
    key.isWhole === isWhole;
}

/** The plan of a pullback, with its tables in place; `isWhole` if all rows are to lie in one tile. */
export function backwardPlan(
  kernel: ScanKernel,
  args: ScanArgs,
  cotangents: ScanCotangents,
  wants: ScanWants,
  isWhole = false,
): BackwardPlan {
  let plans = kept.get(kernel);
  if (plans === undefined) kept.set(kernel, plans = []);
  const perUnit = perUnitBits(args);
  const options = optionsOf(cotangents, wants);
  for (let i = 0; i < plans.length; i++) {
    const plan = plans[i];
    if (!fits(plan.key, args, perUnit, options, isWhole)) continue;
    const tables = tablesOf(plan.compiled.wiring, args);
    if (plan.key.start !== scratch().tile) {
      plans.splice(i, 1);
      break;
    }
    plan.back.table = tables.table;
    plan.back.weight = tables.weight;
    return plan;
  }
  const { steps, batch, units, group } = args;
  const bySets = wants.weights && sumsBySets({ batch, group, binary: kernel.binary });
  const gOut = cotangents.out !== undefined;
  const compiled = backwardKernel(kernel, group, perUnit, gOut, wants, bySets);
  const tables = tablesOf(compiled.wiring, args);
  const start = scratch().tile;
  const key = { steps, batch, units, group, perUnit, options, isWhole, start };
  const plan = makeBackwardPlan(kernel, compiled, key, wants);
  plan.back.table = tables.table;
  plan.back.weight = tables.weight;
  plans.unshift(plan);
  plans.length = Math.min(plans.length, keptPlans);
  return plan;
}
