// The time loop as a differentiable operation over a whole sequence.
import { showShape, type Storage } from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import { runScan } from "./run_skeletons.ts";
import {
  checkOperands,
  noOptions,
  scanArgs,
  type ScanOptions,
  takeOptions,
} from "./scan_operands.ts";
import { writeState } from "./scan_results.ts";
import {
  type CheckedScanSetting,
  checkScanSetting,
  failScan,
  type ScanSetting,
  type ScanState,
  type ScanStateBuffer,
  sharedOperands,
} from "./scan_setting.ts";
import { activeRules, record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** The results of a scan. */
export interface ScanOutput {
  /** The outputs of the units, [T, N, D]. */
  readonly out: Tensor;
  /** The state after the last step. */
  readonly state: ScanState;
  /** Per traced state: its value after every step, [T, N, D]. A gradient through it throws. */
  readonly trace: readonly Tensor[];
}

const noTensors: readonly Tensor[] = [];

/**
 * Runs T steps of a neuron in one kernel: x and noise are [T, N, D], the states [N, D]. Gradients
 * flow to x, the states, the lateral current, weight, bias and parameters. The pullback is one
 * kernel too, which recomputes the states. It is differentiable once: an outer gradient that
 * reaches these gradients throws.
 *
 * @throws {TypeError} if a shape does not fit, or tensors are on several backends.
 * @throws {TypeError} if an option is unknown.
 * @throws {RangeError} if there are no time steps.
 *
 * @example An integrator, v = v + x.
 * ```ts
 * import { defineScan } from "@spikeloop/backend";
 * import { add, input } from "@spikeloop/expr";
 * import { ones, scan, zeros } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const v = add(input("v"), input("x"));
 * const definition = { name: "sum", states: ["v"], params: [], out: v, next: [v], binary: false };
 * const setting = { kernel: defineScan(definition), units: 1, params: [] };
 * const { out } = scan(setting, { values: [zeros([1, 1])] }, ones([3, 1, 1]));
 * assertEquals([...out.dataSync()], [1, 2, 3]);
 * ```
 */
export function scan(
  setting: ScanSetting,
  state: ScanState,
  x: Tensor,
  options?: ScanOptions,
): ScanOutput {
  const checked = checkScanSetting(setting);
  const { noise, trace } = takeOptions(checked, state, options, ["noise", "trace"]);
  return scanSequence(checked, state, x, noise, trace);
}

/**
 * `scan` for populations, whose states and noise are as many as the kernel wants.
 *
 * @param trace The states to trace, by their places in the kernel's list.
 * @throws {TypeError} if a shape does not fit, or tensors are on several backends.
 * @throws {RangeError} if there are no time steps.
 *
 * @example An integrator, v = v + x.
 * ```ts
 * import { defineScan } from "@spikeloop/backend";
 * import { add, input } from "@spikeloop/expr";
 * import { checkScanSetting, ones, scanSequence, zeros } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const v = add(input("v"), input("x"));
 * const definition = { name: "sum", states: ["v"], params: [], out: v, next: [v], binary: false };
 * const setting = checkScanSetting({ kernel: defineScan(definition), units: 1, params: [] });
 * const { out } = scanSequence(setting, { values: [zeros([1, 1])] }, ones([3, 1, 1]), []);
 * assertEquals([...out.dataSync()], [1, 2, 3]);
 * ```
 */
export function scanSequence(
  setting: CheckedScanSetting,
  state: ScanState,
  x: Tensor,
  noise: readonly Tensor[],
  trace: readonly number[] = noOptions.trace,
): ScanOutput {
  const { kernel, units } = setting;
  const batch = checkOperands(setting, state, x, noise, 3);
  const steps = x.shape[0];
  if (steps === 0) {
    const problem = `it has no time steps: the input has shape ${showShape(x.shape)}`;
    failScan(kernel, problem, RangeError);
  }
  const rules = activeRules();
  const args = scanArgs(setting, state, x, noise, steps, batch, rules?.forPullback(kernel));
  const { backend } = x;
  const result = runScan(backend, kernel, args, trace);
  const tapeIndex = rules?.scan(setting, state, x, args, result.out) ?? 0;
  const shape = state.values[0]?.shape ?? [batch, units];
  const after: ScanStateBuffer = { values: new Array(result.state.length), lateral: undefined };
  writeState(after, backend, result, shape, setting.delay, tapeIndex);
  return {
    out: new Tensor(backend, result.out, x.shape, kernel.binary, tapeIndex),
    state: after,
    trace: trace.length === 0 ? noTensors : traceTensors(setting, state, x, result.trace),
  };
}

/**
 * Wraps traced states. Taking a gradient through them throws, instead of taking them for constants.
 */
function traceTensors(
  setting: CheckedScanSetting,
  { values, lateral }: ScanState,
  x: Tensor,
  storages: readonly Storage[],
): readonly Tensor[] {
  const shared = sharedOperands(setting).map(([, value]) => value);
  const tapeIndex = record([x, ...values, lateral, ...shared], () => {
    fail(
      `take a gradient through traced states of neuron "${setting.kernel.name}"`,
      "run it step by step, where states have one, or pass stopGradient of the trace",
    );
  });
  return storages.map((s, slot) => new Tensor(x.backend, s, x.shape, false, tapeIndex, slot));
}
