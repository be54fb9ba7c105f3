// The time loop as a differentiable operation over a whole sequence.
import { showShape, type Storage } from "@spikeloop/backend";
import { outputTensor, stateTensors } from "./scan_results.ts";
import {
  type CheckedSetting,
  checkOperands,
  checkSetting,
  scanArgs,
  type ScanSetting,
  type ScanState,
} from "./scan_setting.ts";
import { runScan } from "./skeletons/run_scan.ts";
import { activeRecorders, record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** What a scan returns. */
export interface ScanOutput {
  /** What the units sent out, [T, N, D], or [N, D] of a single step. */
  readonly out: Tensor;
  /** The state after the last step. */
  readonly state: ScanState;
  /** Per traced state its value after every step, [T, N, D]. To take a gradient through it is an error. */
  readonly trace: readonly Tensor[];
}

const noTensors: readonly Tensor[] = [];
const noTrace: readonly number[] = [];

/**
 * T steps of a neuron in one kernel: x and `noise` are [T, N, D], the states [N, D]. Gradients flow to x, the states,
 * the lateral current, weight, bias and parameters; the pullback is one kernel too, which recomputes the states'
 * course instead of keeping it. An outer gradient that reaches these gradients fails: they have none themselves.
 *
 * @param trace The states, by index, whose course is wanted.
 * @throws {TypeError} if a shape does not fit.
 *
 * @example An integrator, v = v + x.
 * ```ts
 * import { add, input } from "@spikeloop/expr";
 * import { defineScan } from "@spikeloop/backend";
 * import { ones, scan, zeros } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const v = add(input("v"), input("x"));
 * const kernel = defineScan({ name: "sum", states: ["v"], params: [], out: v, next: [v], binary: false });
 * const setting = { kernel, units: 1, params: [] };
 * const { out } = scan(setting, { values: [zeros([1, 1])] }, ones([3, 1, 1]));
 * assertEquals([...out.dataSync()], [1, 2, 3]);
 * ```
 */
export function scan(
  given: ScanSetting,
  state: ScanState,
  x: Tensor,
  noise: readonly Tensor[] = noTensors,
  trace: readonly number[] = noTrace,
): ScanOutput {
  const setting = checkSetting(given);
  const { kernel, units } = setting;
  if (x.shape.length !== 3 || x.shape[2] !== units) {
    throw new TypeError(
      `Cannot run neuron "${kernel.name}": the input has shape ${
        showShape(x.shape)
      }, expected [T, N, ${units}]`,
    );
  }
  const steps = x.shape[0];
  const batch = x.shape[1];
  if (steps === 0) {
    throw new RangeError(
      `Cannot run neuron "${kernel.name}" over no time steps: the input has shape ${
        showShape(x.shape)
      }`,
    );
  }
  checkOperands(setting, state, x, noise, batch);
  const args = scanArgs(setting, state, x, noise, steps, batch);
  const { backend } = x;
  const result = runScan(backend, kernel, args, trace);
  const stateShape = [batch, units];

  const node = activeRecorders()?.scan(setting, state, x, args, result.out);
  return {
    out: outputTensor(kernel, backend, result.out, x.shape, node),
    state: stateTensors(backend, result.state, result.lateral, stateShape, node),
    trace: trace.length === 0 ? noTensors : traceTensors(setting, state, x, result.trace),
  };
}

/** The tensors of traced states: a gradient that would flow through them fails, instead of taking them for constants. */
function traceTensors(
  { kernel: { name }, tensors }: CheckedSetting,
  { values, lateral }: ScanState,
  x: Tensor,
  traced: readonly Storage[],
): readonly Tensor[] {
  const inputs = [x, ...values, lateral, ...tensors];
  const node = record(`the course of neuron "${name}"`, inputs, () => {
    throw new TypeError(
      `Cannot take a gradient through traced states of neuron "${name}": run it step by step, where states have one, ` +
        "or give stopGradient of the trace",
    );
  });
  return traced.map((s, slot) => new Tensor(x.backend, s, x.shape, { node, slot }));
}
