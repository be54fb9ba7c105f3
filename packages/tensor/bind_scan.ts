// The time loop as a differentiable operation, step by step.
import { runScan } from "./run_skeletons.ts";
import {
  checkOperands,
  noOptions,
  scanArgs,
  type ScanStepOptions,
  takeOptions,
} from "./scan_operands.ts";
import { writeState } from "./scan_results.ts";
import {
  type CheckedScanSetting,
  checkScanSetting,
  type ScanSetting,
  type ScanState,
  type ScanStateBuffer,
} from "./scan_setting.ts";
import { activeRules } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/**
 * Fixes a setting, and returns the function that runs one step: x, noise, states and output are [N,
 * D]. Steps repeated equal `scan`, values and gradients, bit for bit on the CPU: the gradients of
 * weight, bias and parameters are summed once over all steps of a binding, in the order of `scan`.
 *
 * @throws {TypeError} if a shape does not fit, or tensors are on several backends.
 * @throws {TypeError} if an option is unknown.
 *
 * @example An integrator, v = v + x.
 * ```ts
 * import { defineScan } from "@spikeloop/backend";
 * import { add, input } from "@spikeloop/expr";
 * import { bindScan, ones, type ScanState, zeros } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const v = add(input("v"), input("x"));
 * const definition = { name: "sum", states: ["v"], params: [], out: v, next: [v], binary: false };
 * const step = bindScan({ kernel: defineScan(definition), units: 1, params: [] });
 * let state: ScanState = { values: [zeros([1, 1])] };
 * for (let t = 0; t < 3; t++) state = step(state, ones([1, 1])).state;
 * assertEquals(state.values[0].item(), 3);
 * ```
 */
export function bindScan(
  setting: ScanSetting,
): (
  state: ScanState,
  x: Tensor,
  options?: ScanStepOptions,
) => { readonly out: Tensor; readonly state: ScanState } {
  const checked = checkScanSetting(setting);
  const step = scanStepper(checked);
  return (state, x, options) => {
    const { noise } = takeOptions(checked, state, options, ["noise"]);
    const after: ScanStateBuffer = { values: [], lateral: undefined };
    const out = step(state, x, after, noise);
    return { out, state: after };
  };
}

/**
 * `bindScan` for populations, whose states and noise are as many as the kernel wants. Steps leave
 * nothing but their results: each writes the state after it into `after`, which may be the state
 * before it, and returns the output.
 *
 * @throws {TypeError} if a shape does not fit, or tensors are on several backends.
 *
 * @example An integrator, v = v + x.
 * ```ts
 * import { defineScan } from "@spikeloop/backend";
 * import { add, input } from "@spikeloop/expr";
 * import { checkScanSetting, ones, scanStepper, zeros } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const v = add(input("v"), input("x"));
 * const definition = { name: "sum", states: ["v"], params: [], out: v, next: [v], binary: false };
 * const setting = checkScanSetting({ kernel: defineScan(definition), units: 1, params: [] });
 * const step = scanStepper(setting);
 * const state = { values: [zeros([1, 1])], lateral: undefined };
 * for (let t = 0; t < 3; t++) step(state, ones([1, 1]), state, []);
 * assertEquals(state.values[0].item(), 3);
 * ```
 */
export function scanStepper(
  setting: CheckedScanSetting,
): (
  state: ScanState,
  x: Tensor,
  after: ScanStateBuffer,
  noise: readonly Tensor[],
) => Tensor {
  const { kernel } = setting;
  let stepRule = activeRules()?.steps(setting);

  return (state, x, after, noise) => {
    const { shape, backend } = x;
    const batch = checkOperands(setting, state, x, noise, 2);
    const args = scanArgs(setting, state, x, noise, 1, batch);
    const result = runScan(backend, kernel, args, noOptions.trace);
    const rules = activeRules();
    const tapeIndex = rules ? (stepRule ??= rules.steps(setting))(state, x, args, result.out) : 0;
    writeState(after, backend, result, shape, setting.delay, tapeIndex);
    return new Tensor(backend, result.out, shape, kernel.binary, tapeIndex);
  };
}
