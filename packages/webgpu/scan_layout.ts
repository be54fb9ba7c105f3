// The map from units to threads, and the inputs and uniforms of both passes of a scan.
import { memoized, type ScanArgs, type Storage } from "@spikeloop/backend";
import type { GpuStorage } from "./buffers.ts";
import { floatBits, mostWorkgroups, spread } from "./commands.ts";
import type { DeviceContext } from "./device.ts";
import { gpuGather } from "./movement.ts";
import { occupancy, processors } from "./occupancy.ts";
import type { Variant } from "./variant.ts";

/** Choices that were made by counting. `bench/gpu/check.sh` measures others, on new devices. */
export const tuning = {
  /** The sizes of workgroups; a larger one must keep more threads of a processor busy. */
  sizes: [64, 128, 256],
  /** The threads that fill a large GPU. Those of the backward pass take more registers. */
  forwardThreads: 2 ** 18,
  backwardThreads: 2 ** 17,
  /** The steps whose inputs are on their way: 1 or 2. */
  ahead: 2,
};

/** The sizes for groups that fit into no other. */
const largeSizes = [512, 1024];

/** A pass of a scan. */
export type Pass = "forward" | "backward";

/**
 * The registers that a thread takes, roughly. In a backward pass it has the weights of a direction,
 * their gradients and what the group exchanges.
 */
function registersOf(pass: Pass, group: number): number {
  return pass === "forward" || group > registerGroup ? 32 : Math.min(255, 24 + 4 * group);
}

/** Elements that fill whole sectors of memory are a multiple of this many. */
const sector = 8;

/** One thread per unit; a workgroup holds as many whole groups of units as fit. */
export interface ScanLayout {
  /** P, the units per group; 1 where units are not connected. */
  readonly group: number;
  /** Whether units are connected. */
  readonly connected: boolean;
  /** Whether outputs take more than one step to arrive. */
  readonly delayed: boolean;
  /** Threads per workgroup. */
  readonly threads: number;
  /** The threads of them that have a unit: those of whole groups. */
  readonly busy: number;
  /** The number of workgroups along each axis. */
  readonly workgroups: [number, number];
  /** Workgroups per row of the grid. */
  readonly row: number;
  /** The elements of [N, D] that a thread takes, one after another. */
  readonly turns: number;
  /** How far apart they are: whole rows of D units. So a thread keeps its unit, and its weights. */
  readonly stride: number;
  /** The number of rows of D threads: a sum over the batch has so many parts. */
  readonly rows: number;
}

/** The exchange of a workgroup: two pages of whole groups, such that no thread reads another's. */
export function exchangedNumbers({ threads, group }: Pick<ScanLayout, "threads" | "group">) {
  return 2 * Math.ceil(threads / group) * group;
}

/** The share of threads that have a unit, times the share of threads that processors hold. */
function usefulness(threads: number, group: number, registers: number): number {
  const bytes = 4 * exchangedNumbers({ threads, group });
  const resident = processors.map((p) => occupancy(p, { threads, bytes, registers }));
  return Math.floor(threads / group) * group / threads * Math.min(...resident);
}

/** The best of some sizes of workgroups for groups of so many units. */
const chooseThreads = memoized((all: readonly number[], [group, limit, registers]): number => {
  const sizes = all.filter((n) => n >= group && n <= limit);
  const best = Math.max(...sizes.map((n) => usefulness(n, group, registers)));
  const good = sizes.filter((n) => usefulness(n, group, registers) >= 0.9 * best);
  const whole = good.find((n) => Math.floor(n / group) * group % sector === 0);
  return whole ?? good[0] ?? limit;
}, 64);

/** The size of workgroups for groups of so many units. */
function threadsFor(pass: Pass, group: number, limit: number): number {
  const sizes = group > 256 ? largeSizes : tuning.sizes;
  return chooseThreads(sizes, [group, limit, registersOf(pass, group)]);
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

/**
 * The layout of a scan.
 *
 * @param mostThreads The threads that fill a large GPU: with more work, each takes several turns.
 * @throws {RangeError} if a group has more units than a workgroup may have threads.
 */
export function layoutOf(
  { limits }: Pick<DeviceContext, "limits">,
  { batch, units, group: wired, delay }: Pick<ScanArgs, "batch" | "units" | "group" | "delay">,
  name: string,
  pass: Pass,
  mostThreads: number = pass === "forward" ? tuning.forwardThreads : tuning.backwardThreads,
): ScanLayout {
  const group = Math.max(wired, 1);
  const limit = Math.min(
    limits.maxComputeInvocationsPerWorkgroup,
    limits.maxComputeWorkgroupSizeX,
  );
  if (group > limit) {
    throw new RangeError(
      `Cannot run neuron "${name}" on this GPU: a group has ${group} units, ` +
        `maxComputeInvocationsPerWorkgroup allows ${limit}`,
    );
  }
  const threads = threadsFor(pass, group, limit);
  const busy = Math.floor(threads / group) * group;
  const needed = Math.ceil(batch * units / busy);
  /** So many workgroups take whole rows of D units. */
  const whole = units / divisor(units, busy);
  const most = Math.max(1, Math.floor(mostThreads / threads));
  const filling = Math.max(whole, Math.floor(most / whole) * whole);
  const count = needed > most && filling <= mostWorkgroups ? Math.min(needed, filling) : needed;
  return {
    ...{ group, connected: wired > 0, delayed: delay > 1, threads, busy },
    ...spread(count),
    turns: count === 0 ? 0 : Math.ceil(needed / count),
    stride: count * busy,
    rows: count < needed ? count * busy / units : batch,
  };
}

/**
 * The storages that both passes read, and the index of each; -1 for numbers and absent storages.
 */
export interface ScanInputs {
  readonly storages: readonly GpuStorage[];
  readonly x: number;
  readonly states: readonly number[];
  readonly lateral: number;
  readonly weight: number;
  /** From `transposeWeights`. */
  readonly transposedWeight: number;
  readonly bias: number;
  readonly noise: readonly number[];
  readonly params: readonly number[];
}

/** The most units of a group whose weights threads hold in registers. */
export const registerGroup = 64;

/** Larger groups compute for so long forward that the inputs of one step arrive meanwhile. */
const largestAhead = 32;

/** The steps whose inputs are on their way, for groups of so many units. */
export function stepsAhead(pass: Pass, group: number): number {
  return group > (pass === "forward" ? largestAhead : registerGroup) ? 1 : tuning.ahead;
}

/** The weights of every group with rows and columns swapped, where neighbours read neighbours. */
export function transposeWeights(context: DeviceContext, args: ScanArgs): GpuStorage | undefined {
  const { group, units, weight } = args;
  return weight && gpuGather(context, {
    storage: weight,
    offset: 0,
    shape: [units / group, group, group],
    strides: [group * group, 1, group],
  });
}

/** Numbers the storages of a scan. */
export function scanInputs(
  context: DeviceContext,
  args: Omit<ScanArgs, "x"> & Partial<ScanArgs>,
  transposedWeight: GpuStorage | undefined,
): ScanInputs {
  const storages: GpuStorage[] = [];
  const put = (s: Storage | number | undefined) =>
    s === undefined || typeof s === "number" ? -1 : storages.push(context.own(s)) - 1;
  return {
    storages,
    x: put(args.x),
    states: args.state.map(put),
    lateral: put(args.lateral),
    weight: put(args.weight),
    transposedWeight: put(transposedWeight),
    bias: put(args.bias),
    noise: args.noise.map(put),
    params: args.params.map(put),
  };
}

/** The indices of a scan's uniforms after the offsets; the parameters are last, then the delay. */
export const uniformAt = {
  steps: 0,
  size: 1,
  units: 2,
  row: 3,
  turns: 4,
  stride: 5,
  params: 6,
} as const;

/** The uniforms of a scan: T, N · D, D, the grid, the parameters that are numbers, the delay. */
export function scanUniforms(args: ScanArgs, layout: ScanLayout): number[] {
  const { steps, batch, units, delay, params } = args;
  const uniforms = [steps, batch * units, units, layout.row, layout.turns, layout.stride];
  for (let i = 0; i < params.length; i++) {
    const p = params[i];
    uniforms.push(typeof p === "number" ? floatBits(p) : 0);
  }
  if (layout.delayed) uniforms.push(delay);
  return uniforms;
}

/** The variant of a pass for these arguments; more parts of its name may follow. */
export function scanVariant(pass: Variant, { group, delay, params }: ScanArgs): Variant {
  let variant = pass.at(delay > 1 ? -group : group);
  let kinds = 0;
  for (let i = 0; i < params.length; i++) {
    const p = params[i];
    kinds = 3 * kinds + (typeof p === "number" ? 0 : p.length === 1 ? 1 : 2);
    if (i % 16 < 15) continue;
    variant = variant.at(kinds);
    kinds = 0;
  }
  return variant.at(kinds);
}
