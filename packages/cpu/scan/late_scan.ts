// Time loops inside a gradient: the memory of their results is used again.
import type {
  ScanArgs,
  ScanGradients,
  ScanKernel,
  ScanResult,
  Skeletons,
} from "@spikeloop/backend";
import { inUsedRoom, isLate, reusable } from "../late_array.ts";
import { cpuScanBackward } from "./backward.ts";
import { cpuScan } from "./forward.ts";

/** `cpuScan` for a large result inside a gradient; undefined for others. */
export function lateScan(
  kernel: ScanKernel,
  args: ScanArgs,
  trace: readonly number[],
): ScanResult | undefined {
  if (!isLate(args.x.length) || trace.length > 0) return undefined;
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
export const lateScanBackward = (
  ...call: Parameters<Skeletons["scanBackward"]>
): ScanGradients | undefined => {
  if (!isLate(call[1].x.length)) return undefined;
  const run = () => cpuScanBackward(...call);
  const result = inUsedRoom(run);
  return {
    ...result,
    x: reusable(result.x, () => run().x),
    state: result.state.map((s, i) => reusable(s, () => run().state[i])),
  };
};
