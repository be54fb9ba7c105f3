// Time loops inside a gradient: the memory of their results is used again.
import type {
  ScanArgs,
  ScanCotangents,
  ScanGradients,
  ScanKernel,
  ScanResult,
  ScanWants,
  Skeletons,
  Storage,
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
  const isLarge = isLate(args.x.length) && trace.length === 0;
  return isLarge ? scanLate(kernel, args, trace) : undefined;
}

// Apart from the function above, so that small calls make no closures.
function scanLate(kernel: ScanKernel, args: ScanArgs, trace: readonly number[]): ScanResult {
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
export function lateScanBackward(
  kernel: ScanKernel,
  args: ScanArgs,
  out: Storage,
  cotangents: ScanCotangents,
  wants: ScanWants,
): ScanGradients | undefined {
  if (!isLate(args.x.length)) return undefined;
  return pullBackLate(kernel, args, out, cotangents, wants);
}

function pullBackLate(...call: Parameters<Skeletons["scanBackward"]>): ScanGradients {
  const run = () => cpuScanBackward(...call);
  const result = inUsedRoom(run);
  return {
    ...result,
    x: reusable(result.x, () => run().x),
    state: result.state.map((s, i) => reusable(s, () => run().state[i])),
  };
}
