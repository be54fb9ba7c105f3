// The gradient rules that `grad` brings to operations: see tape.ts.
import type { Formula, LeftForPullback, ScanArgs, ScanKernel, Storage } from "@spikeloop/backend";
import type { TensorLike } from "./common_backend.ts";
import type { CheckedScanSetting, ScanState } from "./scan_setting.ts";
import type { Tensor } from "./tensor.ts";

/** The inputs of an operation. No gradient flows to numbers and constants. */
export type Inputs = readonly (TensorLike | undefined)[];

/**
 * A gradient rule: from the cotangent of each result (undefined for zero) to the cotangent of each
 * input (undefined for none). The list of cotangents may not be kept. A rule that gets all it needs
 * from the record is no closure, and costs nothing.
 */
export type Pullback<Data = unknown> = (
  cotangents: readonly (Tensor | undefined)[],
  inputs: Inputs,
  data: Data,
) => readonly (Tensor | undefined)[];

/** Records a run of a neuron whose output is `out`. */
export type RunRule = (
  state: ScanState,
  x: Tensor,
  args: ScanArgs,
  out: Storage,
) => number;

/**
 * One rule per kind of operation. A rule records an operation, and returns its index on
 * the tape, which the results carry; 0 if no gradient flows to an input.
 */
export interface GradientRules {
  /** For any other one: see `record` of tape.ts. */
  readonly record: (
    inputs: Inputs,
    pullback: Pullback,
    stretches: boolean,
    data: unknown,
  ) => number;
  /** Whether a gradient flows to `x`. */
  readonly isTracked: (x: TensorLike | undefined) => boolean;
  /** For an elementwise operation. */
  readonly formula: (formula: Formula, args: readonly TensorLike[]) => number;
  /** For all time steps of a neuron at once. */
  readonly scan: (
    setting: CheckedScanSetting,
    ...run: Parameters<RunRule>
  ) => number;
  /** See `ScanArgs.forPullback`. */
  readonly forPullback: (kernel: ScanKernel) => LeftForPullback;
  /** For the steps of one binding, which share one node for weight, bias and parameters. */
  readonly steps: (setting: CheckedScanSetting) => RunRule;
}
