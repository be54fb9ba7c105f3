// The gradient of the time loop over a whole sequence.
import type { ScanArgs, ScanKernel, Shape, Storage } from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import { reshape } from "./reshape.ts";
import { runGather, runScanBackward, runScatter } from "./run_skeletons.ts";
import { type CheckedScanSetting, lateralShape, type ScanState } from "./scan_setting.ts";
import { sum } from "./sum.ts";
import { isRecording, isTracked, reachBack, record } from "./tape.ts";
import { type TapeNode, Tensor } from "./tensor.ts";

/** Whether gradients flow to a state. */
export function isStateTracked({ values }: ScanState): boolean {
  if (isRecording()) { for (const x of values) if (isTracked(x)) return true; }
  return false;
}

/**
 * The gradients of a neuron as results of an operation without a derivative. They depend on the
 * neuron's `inputs` and on `cotangents`: an outer gradient that reaches those throws, instead of
 * taking the gradients for constants.
 */
export function onceDifferentiable(
  { name }: ScanKernel,
  inputs: readonly (Tensor | undefined)[],
  cotangents: readonly (Tensor | undefined)[],
  gradients: (Tensor | undefined)[],
): (Tensor | undefined)[] {
  if (!isRecording()) return gradients;
  const all = [...inputs, ...cotangents];
  if (!reachBack(all)) return gradients;
  const node = record(`the gradient of neuron "${name}"`, all, () => {
    fail(
      `take a second derivative through neuron "${name}"`,
      "only its first derivative is defined; stopGradient makes a constant of that",
    );
  });
  return gradients.map((g, slot) => g && new Tensor(g.backend, g.storage, g.shape, { node, slot }));
}

/** The gradient of a parameter from the gradients of its units. */
export function paramCotangent(
  p: number | Tensor,
  perUnit: Storage | undefined,
  units: number,
): Tensor | undefined {
  if (typeof p === "number" || perUnit === undefined) return undefined;
  const gradient = new Tensor(p.backend, perUnit, [units]);
  return p.shape.length === 0 ? sum(gradient) : gradient;
}

/** Records T steps of a neuron. */
export function scanRule(
  setting: CheckedScanSetting,
  state: ScanState,
  x: Tensor,
  args: ScanArgs,
  out: Storage,
): TapeNode | undefined {
  const { kernel, units, params, lateral, tensors, delay } = setting;
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
    const push = (s: Storage | undefined, shape: Shape) =>
      results.push(s && new Tensor(backend, s, shape));
    for (let i = 0; i < values.length; i++) push(gradients.state[i], stateShape);
    const shape = lateralShape(delay, args.batch, units);
    results.push(
      wantsLateral ? lateralCotangent(gx, g[1 + values.length], args, shape) : undefined,
    );
    push(gradients.weight, lateral?.weight.shape ?? []);
    push(gradients.bias, lateral?.bias.shape ?? []);
    for (let i = 0; i < params.length; i++) {
      results.push(paramCotangent(params[i], gradients.params[i], units));
    }
    return onceDifferentiable(kernel, inputs, g, results);
  });
}

/**
 * The cotangent of the lateral currents before a run, from dL/dx and from their cotangent after it:
 * a current that arrives during the run has that of x; the others are those that are left after it.
 */
export function lateralCotangent(
  gx: Tensor,
  after: Tensor | undefined,
  { steps, delay, batch, units }: ScanArgs,
  shape: Shape,
): Tensor {
  const { backend, storage } = gx;
  if (steps === delay) return reshape(gx, shape);
  const size = batch * units;
  const numbers = (start: number, count: number) => (
    { offset: start * size, shape: [count * size], strides: [1] }
  );
  const first = (storage: Storage, count: number) =>
    runGather(backend, { storage, ...numbers(0, count) });
  if (steps > delay) return new Tensor(backend, first(storage, delay), shape);
  const parts = [{ data: storage, into: numbers(0, steps) }];
  const left = delay - steps;
  if (after !== undefined) {
    parts.push({ data: first(after.storage, left), into: numbers(steps, left) });
  }
  return new Tensor(backend, runScatter(backend, shape, parts), shape);
}
