import type { Backend } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import type { WebGpu } from "@spikeloop/webgpu";
import type { Extents } from "../plain_scan.ts";
import { type CopyWay, deviceCopy } from "./device_copy.ts";
import { forwardBytes } from "./extents.ts";
import { type Effort, secondsPerRun } from "./seconds_per_run.ts";
import { type ModelName, type PopulationWorkload, populationWorkload } from "./workload.ts";

/** Seconds of one model at one shape. */
export interface Row {
  readonly model: ModelName;
  readonly extents: Extents;
  readonly cpu: Passes;
  /** Missing where the GPU cannot hold it. */
  readonly gpu?: Passes;
  /** A copy in the GPU's memory of as many bytes as the forward pass must move, the faster way. */
  readonly copy?: number;
  /** The share of units that spike. */
  readonly spikeRate: number;
  /** How many of the spikes are other on the GPU. */
  readonly flipped?: number;
  /** Why there is no figure of the GPU. */
  readonly reason?: string;
}

/** Seconds forward, and forward and backward. */
export interface Passes {
  readonly forward: number;
  readonly both: number;
}

/** Measures both passes of a population. */
export async function passSeconds(
  { forward, both }: PopulationWorkload,
  effort: Effort,
): Promise<Passes> {
  return {
    forward: await secondsPerRun(forward, effort),
    both: await secondsPerRun(both, effort),
  };
}

/** Measures a model at a shape on the CPU and on the GPU, one after the other. */
export async function measureShape(
  model: ModelName,
  extents: Extents,
  gpu: WebGpu,
  effort: Effort,
): Promise<Row> {
  const passes = async (backend: Backend) => {
    const workload = populationWorkload(model, extents, backend);
    const spikes = await workload.spikes();
    return { spikes, seconds: await passSeconds(workload, effort) };
  };
  const onCpu = await passes(cpu);
  const rate = onCpu.spikes.reduce((n, s) => n + s, 0) / onCpu.spikes.length;
  const row = { model, extents, cpu: onCpu.seconds, spikeRate: rate };
  gpu.openScope?.();
  try {
    const onGpu = await passes(gpu);
    const flipped = onGpu.spikes.reduce((n, s, i) => n + (s === onCpu.spikes[i] ? 0 : 1), 0);
    return { ...row, gpu: onGpu.seconds, copy: await copySeconds(gpu, extents, effort), flipped };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { ...row, reason: error.message };
  } finally {
    gpu.closeScope?.([]);
    gpu.trim();
  }
}

/** The seconds of the faster way to copy as many bytes as the forward pass must move. */
export async function copySeconds(gpu: WebGpu, extents: Extents, effort: Effort): Promise<number> {
  const seconds: number[] = [];
  for (const way of ["command", "shader"] satisfies CopyWay[]) {
    using copy = await deviceCopy(gpu.device, forwardBytes(extents), way);
    seconds.push(await secondsPerRun(copy, effort));
  }
  return Math.min(...seconds);
}
