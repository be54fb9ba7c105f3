// The map from units to threads, and the inputs and uniforms of both passes of a scan.
import type { ScanArgs, ScanKernel, Storage } from "@spikeloop/backend";
import type { GpuStorage } from "./buffers.ts";
import { floatBits, spread } from "./commands.ts";
import type { DeviceContext } from "./device.ts";

/** The sizes of workgroups, smallest first; a larger one must leave fewer threads idle. */
const workgroupSizes = [64, 128, 256];
/** The sizes for groups that fit into no other. */
const largeSizes = [512, 1024];

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
  /** Groups of units per workgroup. */
  readonly groupsPerWorkgroup: number;
  /** The number of workgroups along each axis. */
  readonly workgroups: [number, number];
  /** Workgroups per row of the grid. */
  readonly row: number;
}

/**
 * The layout of a scan.
 *
 * @throws {RangeError} if a group has more units than a workgroup may have threads.
 */
export function layoutOf(context: DeviceContext, kernel: ScanKernel, args: ScanArgs): ScanLayout {
  const connected = args.group > 0;
  const group = Math.max(args.group, 1);
  const limit = Math.min(
    context.limits.maxComputeInvocationsPerWorkgroup,
    context.limits.maxComputeWorkgroupSizeX,
  );
  if (group > limit) {
    throw new RangeError(
      `Cannot run neuron "${kernel.name}" on this GPU: a group has ${group} units, ` +
        `maxComputeInvocationsPerWorkgroup allows ${limit}`,
    );
  }
  const sizes = (group > 256 ? largeSizes : workgroupSizes).filter((n) => n >= group && n <= limit);
  const busy = (n: number) => Math.floor(n / group) * group / n;
  const threads = sizes.find((n) => sizes.every((m) => busy(m) <= 1.1 * busy(n))) ?? limit;
  const groupsPerWorkgroup = Math.floor(threads / group);
  const count = Math.ceil(args.batch * args.units / group / groupsPerWorkgroup);
  return {
    group,
    connected,
    delayed: args.delay > 1,
    threads,
    groupsPerWorkgroup,
    ...spread(count),
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
  readonly bias: number;
  readonly noise: readonly number[];
  readonly params: readonly number[];
}

/** Numbers the storages of a scan. */
export function scanInputs(context: DeviceContext, args: ScanArgs): ScanInputs {
  const storages: GpuStorage[] = [];
  const put = (s: Storage | number | undefined) =>
    s === undefined || typeof s === "number" ? -1 : storages.push(context.own(s)) - 1;
  return {
    storages,
    x: put(args.x),
    states: args.state.map(put),
    lateral: put(args.lateral),
    weight: put(args.weight),
    bias: put(args.bias),
    noise: args.noise.map(put),
    params: args.params.map(put),
  };
}

/** T, N · D, D, workgroups per row, the parameters that are numbers, and the delay. */
export function scanUniforms(args: ScanArgs, layout: ScanLayout): number[] {
  return [
    args.steps,
    args.batch * args.units,
    args.units,
    layout.row,
    ...args.params.map((p) => typeof p === "number" ? floatBits(p) : 0),
    ...(layout.delayed ? [args.delay] : []),
  ];
}

/** Distinguishes shaders of scans with the same kernel. */
export function scanKey(args: ScanArgs): string {
  const params = args.params.map((p) => typeof p === "number" ? "n" : p.length === 1 ? "s" : "u");
  return `${args.group}${args.delay > 1 ? " delayed" : ""}/${params.join("")}`;
}
