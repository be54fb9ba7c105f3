// The passes of ILC-CUBA-LIF in several variants, to see which choices a GPU likes.
import { webgpu } from "@spikeloop/webgpu";
import type { Extents } from "../plain_scan.ts";
import { tuning } from "../../packages/webgpu/scan_layout.ts";
import { type Passes, passSeconds } from "./measure_shape.ts";
import type { Effort } from "./seconds_per_run.ts";
import { populationWorkload } from "./workload.ts";

/** A variant of both passes. */
export interface Variant {
  readonly name: string;
  readonly tuning: Partial<typeof tuning>;
  /** Whether the backward pass computes the steps again, or reads what the forward pass left. */
  readonly recompute: boolean;
}

/** The library's choice comes first. */
export const variants: readonly Variant[] = [
  { name: "as it is", tuning: {}, recompute: true },
  { name: "values left by the forward pass", tuning: {}, recompute: false },
  { name: "one step ahead", tuning: { ahead: 1 }, recompute: true },
  { name: "64 threads", tuning: { sizes: [64] }, recompute: true },
  { name: "256 threads", tuning: { sizes: [256] }, recompute: true },
  {
    name: "half as many threads",
    tuning: { forwardThreads: 2 ** 17, backwardThreads: 2 ** 16 },
    recompute: true,
  },
  {
    name: "twice as many threads",
    tuning: { forwardThreads: 2 ** 19, backwardThreads: 2 ** 18 },
    recompute: true,
  },
];

/** Measures a variant on a device of its own, so that no shader of another one is used. */
export async function measureVariant(
  { tuning: own, recompute }: Variant,
  extents: Extents,
  effort: Effort,
): Promise<Passes> {
  const usual = { ...tuning };
  Object.assign(tuning, own);
  try {
    using gpu = await webgpu({ powerPreference: "high-performance", recompute });
    return await passSeconds(populationWorkload("ILC-CUBA-LIF", extents, gpu), effort);
  } finally {
    Object.assign(tuning, usual);
  }
}
