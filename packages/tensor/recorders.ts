// How operations are recorded whose gradients take more code than they do. Only who takes gradients refers to it, and
// gives it to the tape: a program that takes none is spared that code.
import type { Formula, ScanArgs, Storage } from "@spikeloop/backend";
import type { TensorLike } from "./common_backend.ts";
import { recordFormula } from "./record_formula.ts";
import { recordScan } from "./record_scan.ts";
import { stepRecorder } from "./record_steps.ts";
import type { CheckedSetting, ScanState } from "./scan_setting.ts";
import type { TapeNode } from "./tape.ts";
import type { Tensor } from "./tensor.ts";

/** Records a run of a neuron that gave `out`. */
export type StepRecorder = (
  state: ScanState,
  x: Tensor,
  args: ScanArgs,
  out: Storage,
) => TapeNode | undefined;

/** One function per kind of operation; each gives the node that the results carry, if a gradient flows to an input. */
export interface Recorders {
  /** For an elementwise operation. */
  readonly formula: (formula: Formula, args: readonly TensorLike[]) => TapeNode | undefined;
  /** For all time steps of a neuron at once. */
  readonly scan: (
    setting: CheckedSetting,
    ...run: Parameters<StepRecorder>
  ) => TapeNode | undefined;
  /** For the steps of one binding, whose parameters are one node. */
  readonly steps: (setting: CheckedSetting) => StepRecorder;
}

/** What `grad` brings along. */
export const recorders: Recorders = {
  formula: recordFormula,
  scan: recordScan,
  steps: stepRecorder,
};
