import { memoized, type ScanArgs, type ScanKernel } from "@spikeloop/backend";
import { scanMemory } from "./memory.ts";

/** The most plans of a kernel. */
const mostPlans = 8;

/** That no parameter is used in a way of its own. */
export const noUses: readonly number[] = [];

/**
 * Remembers plans by the numbers that they are made from: the extents of a call, where tiles begin,
 * the form in which it runs, as bits, and how it uses parameters. The latest plan is found without
 * a list of these numbers.
 */
export function plansOf<Plan>(
  make: (kernel: ScanKernel, numbers: readonly number[]) => Plan,
): (kernel: ScanKernel, args: ScanArgs, form: number, uses: readonly number[]) => Plan {
  const plans = memoized(make, mostPlans);
  let latest: { readonly kernel: ScanKernel; readonly plan: Plan } | undefined;
  let known: readonly number[] = [];
  return (kernel, { steps, batch, units, group, delay }, form, uses) => {
    const { tileStart } = scanMemory();
    if (
      latest?.kernel === kernel && steps === known[0] && batch === known[1] &&
      units === known[2] && group === known[3] && delay === known[4] && tileStart === known[5] &&
      form === known[6] && uses.length === 0 && known.length === 7
    ) return latest.plan;
    const numbers = [steps, batch, units, group, delay, tileStart, form, ...uses];
    latest = { kernel, plan: plans(kernel, numbers) };
    known = numbers; // only now: a plan may fail
    return latest.plan;
  };
}
