// The gradient of the time loop over a whole sequence.
import type { ScanArgs, ScanKernel, Shape, Storage } from "@spikeloop/backend";
import type { CheckedSetting, ScanState } from "./scan_setting.ts";
import { runGather } from "./skeletons/run_movement.ts";
import { runScanBackward } from "./skeletons/run_scan_backward.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";
import { isRecording, isTracked, reachBack, record, type TapeNode } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** Whether gradients of a state are wanted. */
export function isStateTracked({ values }: ScanState): boolean {
  return isRecording() && values.some(isTracked);
}

/**
 * The gradients of a neuron, made of its `own` inputs and `cotangents`, as results of an operation without a derivative:
 * an outer gradient that gets there fails, instead of taking them for constants.
 */
export function onceDifferentiable(
  { name }: ScanKernel,
  own: readonly (Tensor | undefined)[],
  cotangents: readonly (Tensor | undefined)[],
  gradients: (Tensor | undefined)[],
): (Tensor | undefined)[] {
  if (!isRecording()) return gradients;
  const inputs = [...own, ...cotangents];
  if (!reachBack(inputs)) return gradients;
  const node = record(`the gradient of neuron "${name}"`, inputs, () => {
    throw new TypeError(
      `Cannot take a second derivative through neuron "${name}": only its first derivative is defined; ` +
        "stopGradient makes a constant of that",
    );
  });
  return gradients.map((g, slot) => g && new Tensor(g.backend, g.storage, g.shape, { node, slot }));
}

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

/** Leaves T steps of a neuron on the tape. */
export function recordScan(
  setting: CheckedSetting,
  state: ScanState,
  x: Tensor,
  args: ScanArgs,
  out: Storage,
): TapeNode | undefined {
  const { kernel, units, params, lateral, tensors } = setting;
  const { backend } = x;
  const { values } = state;
  const stateShape = [args.batch, units];
  const wants = {
    weights: lateral !== undefined && (isTracked(lateral.weight) || isTracked(lateral.bias)),
    params: params.map((p) =>
      typeof p !== "number" && isTracked(p) ? "sum" as const : "none" as const
    ),
    state: isStateTracked(state),
  };
  const wantsLateral = state.lateral !== undefined && isTracked(state.lateral);
  const inputs = [x, ...values, state.lateral, ...tensors];
  return record(kernel.name, inputs, (g) => {
    const gradients = runScanBackward(backend, kernel, args, out, {
      out: g[0]?.storage,
      state: values.map((_, i) => g[1 + i]?.storage),
      lateral: g[1 + values.length]?.storage,
    }, wants);
    const gx = new Tensor(backend, gradients.x, x.shape);
    const results: (Tensor | undefined)[] = [gx];
    const add = (s: Storage | undefined, shape: Shape) =>
      results.push(s && new Tensor(backend, s, shape));
    for (let i = 0; i < values.length; i++) add(gradients.state[i], stateShape);
    results.push(wantsLateral ? firstStep(gx, stateShape) : undefined);
    add(gradients.weight, lateral?.weight.shape ?? []);
    add(gradients.bias, lateral?.bias.shape ?? []);
    for (let i = 0; i < params.length; i++) {
      results.push(paramCotangent(params[i], gradients.params[i], units));
    }
    return onceDifferentiable(kernel, inputs, g, results);
  });
}

/** dL/d(lateral current that arrived at the first step) is dL/dx there. */
function firstStep(gx: Tensor, shape: Shape): Tensor {
  const [batch, units] = shape;
  const view = { storage: gx.storage, offset: 0, shape, strides: [units, 1] };
  return batch * units === gx.size
    ? reshape(gx, shape)
    : new Tensor(gx.backend, runGather(gx.backend, view), shape);
}
