// Time loops inside a gradient: the memory of their results is used again.
import type { ScanArgs, ScanGradients, ScanKernel, ScanResult } from "@spikeloop/backend";
import type { Skeletons } from "@spikeloop/backend";
import { inUsedRoom, owned, reusable } from "../late_array.ts";
import { cpuScanBackward } from "./backward.ts";
import { cpuScan } from "./forward.ts";

/** `cpuScan` inside a gradient; undefined where states are recorded. */
export function lateScan(
  kernel: ScanKernel,
  args: ScanArgs,
  trace: readonly number[],
): ScanResult | undefined {
  if (trace.length > 0) return undefined;
  const result = inUsedRoom(() => cpuScan(kernel, args, trace));
  const run = () => cpuScan(kernel, { ...args, forPullback: undefined }, trace);
  return {
    ...result,
    out: reusable(result.out, () => run().out),
    state: result.state.map((s, i) => reusable(s, () => run().state[i])),
    lateral: result.lateral && reusable(result.lateral, () => run().lateral ?? args.x),
  };
}

/** `cpuScanBackward` likewise. */
export function lateScanBackward(...call: Parameters<Skeletons["scanBackward"]>): ScanGradients {
  const run = () => cpuScanBackward(...call);
  const result = inUsedRoom(run);
  return {
    ...result,
    x: reusable(result.x, () => run().x),
    state: result.state.map((s, i) => reusable(s, () => run().state[i])),
    weight: owned(result.weight),
    bias: owned(result.bias),
    params: result.params.map(owned),
  };
}
