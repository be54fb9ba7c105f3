// How a population of units maps to threads, and what both passes of a scan read.
import type { ScanArgs, ScanKernel } from "@spikeloop/backend";
import type { GpuStorage } from "./buffers.ts";
import { floatBits } from "./commands.ts";
import type { DeviceContext } from "./device.ts";
import { spread } from "./dispatch.ts";

/** The sizes of workgroup to choose from; a larger one must leave fewer threads idle. */
const workgroupSizes = [64, 128, 256];

/** One thread per unit; a workgroup holds as many whole populations as fit. */
export interface Layout {
  /** Units per population; 1 where units are not connected. */
  readonly population: number;
  /** Whether they are connected. */
  readonly connected: boolean;
  /** Threads per workgroup. */
  readonly threads: number;
  /** Populations per workgroup. */
  readonly perGroup: number;
  /** Workgroups. */
  readonly groups: [number, number];
  /** Workgroups per row of the grid. */
  readonly row: number;
}

/**
 * The layout of a scan.
 *
 * @throws {RangeError} if a population is larger than a workgroup may be.
 */
export function layoutOf(context: DeviceContext, kernel: ScanKernel, args: ScanArgs): Layout {
  const connected = args.group > 0;
  const population = Math.max(args.group, 1);
  const limit = Math.min(
    context.device.limits.maxComputeInvocationsPerWorkgroup,
    context.device.limits.maxComputeWorkgroupSizeX,
  );
  if (population > limit) {
    throw new RangeError(
      `Cannot run neuron "${kernel.name}" on this GPU: a population has ${population} units, ` +
        `maxComputeInvocationsPerWorkgroup allows ${limit}`,
    );
  }
  const sizes = workgroupSizes.filter((n) => n >= population && n <= limit);
  const busy = (n: number) => Math.floor(n / population) * population / n;
  const threads = sizes.find((n) => sizes.every((m) => busy(m) <= 1.1 * busy(n))) ?? limit;
  const perGroup = Math.floor(threads / population);
  const count = args.batch * args.units / population;
  return { population, connected, threads, perGroup, ...spread(Math.ceil(count / perGroup)) };
}

/** The storages that both passes read, and where each is bound. */
export interface ScanInputs {
  /** In order of binding. */
  readonly storages: readonly GpuStorage[];
  /** The index of x, the states, the lateral current, weight, bias, noise and parameters; -1 for a number. */
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
  const put = (s: Parameters<DeviceContext["own"]>[0] | number | undefined) =>
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

/** T, N · D, D, workgroups per row, then the parameters that are numbers. */
export function scanUniforms(args: ScanArgs, layout: Layout): number[] {
  return [
    args.steps,
    args.batch * args.units,
    args.units,
    layout.row,
    ...args.params.map((p) => typeof p === "number" ? floatBits(p) : 0),
  ];
}

/** What else tells one scan's shader from another's with the same kernel. */
export function scanKey(args: ScanArgs): string {
  const params = args.params.map((p) => typeof p === "number" ? "n" : p.length === 1 ? "s" : "u");
  return `${args.group}/${params.join("")}`;
}
