// The time loop as a differentiable operation over a whole sequence.
import type { ScanArgs, Storage } from "./backend.ts";
import { forbidNested, isStateTracked, outputTensor, stateTensors } from "./scan_results.ts";
import {
  type CheckedSetting,
  checkOperands,
  checkSetting,
  scanArgs,
  type ScanSetting,
  type ScanState,
} from "./scan_setting.ts";
import { type Shape, showShape } from "./shape.ts";
import { reshape, sum } from "./sum.ts";
import { isRecording, isTracked, record, type TapeNode } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** What a scan returns. */
export interface ScanOutput {
  /** What the units sent out, [T, N, D], or [N, D] of a single step. */
  readonly out: Tensor;
  /** The state after the last step. */
  readonly state: ScanState;
  /** Per traced state its value after every step, [T, N, D]. Not differentiable. */
  readonly trace: readonly Tensor[];
}

const noTensors: readonly Tensor[] = [];
const noTrace: readonly number[] = [];

/** The gradient of a parameter from that of its units. */
export function paramCotangent(
  p: number | Tensor,
  perUnit: Storage | undefined,
  units: number,
): Tensor | undefined {
  if (typeof p === "number" || perUnit === undefined) return undefined;
  const gradient = new Tensor(p.backend, perUnit, [units]);
  return p.shape.length === 0 ? sum(gradient) : gradient;
}

/**
 * T steps of a neuron in one kernel: x and `noise` are [T, N, D], the states [N, D]. Gradients flow to x, the states,
 * the lateral current, weight, bias and parameters; the pullback is one kernel too, which recomputes the states'
 * course instead of keeping it. Gradients of these gradients are not available.
 *
 * @param trace The states, by index, whose course is wanted.
 * @throws {TypeError} if a shape does not fit.
 *
 * @example An integrator, v = v + x.
 * ```ts
 * import { add, input } from "@spikeloop/expr";
 * import { defineScan, ones, scan, zeros } from "@spikeloop/tensor";
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
  const result = backend.scan(kernel, args, trace);
  const stateShape = [batch, units];

  const node = isRecording() ? recordScan(setting, state, x, args, result.out) : undefined;
  return {
    out: outputTensor(kernel, backend, result.out, x.shape, node),
    state: stateTensors(backend, result.state, result.lateral, stateShape, node),
    trace: result.trace.length === 0
      ? noTensors
      : result.trace.map((s) => new Tensor(backend, s, x.shape)),
  };
}

function recordScan(
  setting: CheckedSetting,
  state: ScanState,
  x: Tensor,
  args: ScanArgs,
  out: Storage,
): TapeNode | undefined {
  const { kernel, units, params, lateral, tensors } = setting;
  const { backend } = x;
  const stateShape = [args.batch, units];
  const wants = {
    weights: lateral !== undefined && (isTracked(lateral.weight) || isTracked(lateral.bias)),
    params: params.map((p) =>
      typeof p !== "number" && isTracked(p) ? "sum" as const : "none" as const
    ),
    state: isStateTracked(state),
  };
  const wantsLateral = state.lateral !== undefined && isTracked(state.lateral);
  const inputs = [x, ...state.values, state.lateral, ...tensors];
  return record(`neuron "${kernel.name}"`, inputs, (g) => {
    forbidNested(kernel, g);
    const gradients = backend.scanBackward(kernel, args, out, {
      out: g[0]?.storage,
      state: state.values.map((_, i) => g[1 + i]?.storage),
      lateral: g[1 + state.values.length]?.storage,
    }, wants);
    const wrap = (s: Storage | undefined, shape: Shape) => s && new Tensor(backend, s, shape);
    const gx = new Tensor(backend, gradients.x, x.shape);
    return [
      gx,
      ...state.values.map((_, i) => wrap(gradients.state[i], stateShape)),
      wantsLateral ? firstStep(gx, stateShape) : undefined,
      lateral && wrap(gradients.weight, lateral.weight.shape),
      lateral && wrap(gradients.bias, lateral.bias.shape),
      ...params.map((p, i) => paramCotangent(p, gradients.params[i], units)),
    ];
  });
}

/** dL/d(lateral current that arrived at the first step) is dL/dx there. */
function firstStep(gx: Tensor, shape: Shape): Tensor {
  const [batch, units] = shape;
  const view = { storage: gx.storage, offset: 0, shape, strides: [units, 1] };
  return batch * units === gx.size
    ? reshape(gx, shape)
    : new Tensor(gx.backend, gx.backend.gather(view), shape);
}
