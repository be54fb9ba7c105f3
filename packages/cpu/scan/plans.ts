import { memoized, type ScanArgs, type ScanKernel } from "@spikeloop/backend";
import { scanMemory } from "./memory.ts";

/** The most plans of a kernel. */
const mostPlans = 8;

/**
 * Remembers plans by the numbers that they are made from: the extents of a call, where tiles begin,
 * the form in which it runs, as bits, and how it uses parameters. The latest one is noted.
 *
 * @param place Where in `ScanArgs.notes`, behind the tables.
 * @param usesOf How a call uses parameters, from its arguments and what it wants.
 */
export function plansOf<Plan, Wants>(
  place: number,
  make: (kernel: ScanKernel, numbers: readonly number[]) => Plan,
  usesOf: (args: ScanArgs, wants: Wants) => readonly number[],
): (kernel: ScanKernel, args: ScanArgs, form: number, wants: Wants) => Plan {
  const plans = memoized(make, mostPlans);
  const find = (kernel: ScanKernel, args: ScanArgs, form: number, wants: Wants) => {
    const { steps, batch, units, group, delay } = args;
    const { tileStart, generation } = scanMemory();
    const numbers = [steps, batch, units, group, delay, tileStart, form, ...usesOf(args, wants)];
    return { plan: plans(kernel, numbers), kernel, steps, batch, form, wants, generation };
  };
  return (kernel, args, form, wants) => {
    const { steps, batch, notes } = args;
    let call = notes?.[place] as ReturnType<typeof find> | undefined;
    if (
      call?.kernel !== kernel || call.steps !== steps || call.batch !== batch ||
      call.form !== form || call.wants !== wants || call.generation !== scanMemory().generation
    ) {
      call = find(kernel, args, form, wants);
      if (notes) notes[place] = call;
    }
    return call.plan;
  };
}
