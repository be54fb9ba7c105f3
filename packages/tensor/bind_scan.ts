// The time loop as a differentiable operation, step by step.
import { outputTensor, stateTensors } from "./scan_results.ts";
import {
  checkOperands,
  checkSetting,
  scanArgs,
  type ScanSetting,
  type ScanState,
} from "./scan_setting.ts";
import { showShape } from "@spikeloop/backend";
import { runScan } from "./skeletons/run_scan.ts";
import { activeRecorders } from "./tape.ts";
import type { Tensor } from "./tensor.ts";

const noNoise: readonly Tensor[] = [];
const noTrace: readonly number[] = [];

/**
 * Fixes a setting and gives the function that runs one step: x is [N, D], and so is the output. Steps repeated equal
 * `scan`, bit for bit on the CPU, values and gradients: the steps of a binding leave their shares of the gradients of
 * weight, bias and parameters to the binding, which sums them as `scan` does.
 *
 * @throws {TypeError} if a shape does not fit.
 *
 * @example An integrator, v = v + x.
 * ```ts
 * import { add, input } from "@spikeloop/expr";
 * import { bindScan, ones, type ScanState, zeros } from "@spikeloop/tensor";
 * import { defineScan } from "@spikeloop/backend";
 * import { assertEquals } from "@std/assert";
 *
 * const v = add(input("v"), input("x"));
 * const kernel = defineScan({ name: "sum", states: ["v"], params: [], out: v, next: [v], binary: false });
 * const step = bindScan({ kernel, units: 1, params: [] });
 * let state: ScanState = { values: [zeros([1, 1])] };
 * for (let t = 0; t < 3; t++) state = step(state, ones([1, 1])).state;
 * assertEquals(state.values[0].item(), 3);
 * ```
 */
export function bindScan(
  given: ScanSetting,
): (
  state: ScanState,
  x: Tensor,
  noise?: readonly Tensor[],
) => { readonly out: Tensor; readonly state: ScanState } {
  const setting = checkSetting(given);
  const { kernel, units } = setting;
  let recordStep = activeRecorders()?.steps(setting);

  return (state, x, noise = noNoise) => {
    const { shape, backend } = x;
    if (shape.length !== 2 || shape[1] !== units) {
      throw new TypeError(
        `Cannot run a step of neuron "${kernel.name}": the input has shape ${
          showShape(shape)
        }, expected [N, ${units}]`,
      );
    }
    const batch = shape[0];
    checkOperands(setting, state, x, noise, batch);
    const args = scanArgs(setting, state, x, noise, 1, batch);
    const result = runScan(backend, kernel, args, noTrace);

    const recorders = activeRecorders();
    const node = recorders &&
      (recordStep ??= recorders.steps(setting))(state, x, args, result.out);
    return {
      out: outputTensor(kernel, backend, result.out, shape, node),
      state: stateTensors(backend, result.state, result.lateral, shape, node),
    };
  };
}
