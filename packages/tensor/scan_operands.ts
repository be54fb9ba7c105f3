// The operands of a scan that differ from call to call: state, input and noise.
import {
  type Backend,
  sameShape,
  type ScanArgs,
  type ScanKernel,
  showShape,
  type Storage,
} from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import { commonBackend, type TensorLike } from "./common_backend.ts";
import {
  type CheckedScanSetting,
  expectShape,
  lateralShape,
  namedParams,
  type ScanState,
} from "./scan_setting.ts";
import { isTracked } from "./tape.ts";
import type { Tensor } from "./tensor.ts";

/** Options of a step. */
export interface ScanStepOptions {
  /**
   * One tensor of the shape of x per name of the kernel's `noise`. No gradient flows through it.
   */
  readonly noise?: readonly Tensor[];
}

/** Options of a scan. */
export interface ScanOptions extends ScanStepOptions {
  /** The states, by index, to record after every step. */
  readonly trace?: readonly number[];
}

/** No noise, and nothing to trace. */
export const noOptions: Required<ScanOptions> = { noise: [], trace: [] };

/**
 * Checks the state of `batch` rows, and noise of the shape of x.
 *
 * @throws {TypeError} if a shape does not fit.
 * @throws {TypeError} if tensors are on several backends.
 * @throws {TypeError} if a gradient would flow to noise.
 */
export function checkOperands(
  setting: CheckedScanSetting,
  state: ScanState,
  x: Tensor,
  noise: readonly Tensor[],
  batch: number,
): void {
  const { kernel, units, lateral, delay } = setting;
  const { values } = state;
  if (
    values.length !== kernel.states.length ||
    (state.lateral === undefined) !== (lateral === undefined)
  ) {
    const names = [...kernel.states, ...(lateral ? ["lateral"] : [])].join(", ");
    failOperands(
      kernel,
      `the state does not fit, expected ${names}; make one with initialState(batch)`,
    );
  }
  if (noise.length !== kernel.noise.length) {
    const expected = kernel.noise.length;
    failOperands(kernel, `it got ${noise.length} noise sequences, expected ${expected}`);
  }
  const { backend } = x;
  let fits = setting.backend === undefined || setting.backend === backend;
  for (let i = 0; i < values.length; i++) fits &&= isRows(values[i], backend, batch, units);
  if (state.lateral !== undefined) {
    fits &&= delay === 1
      ? isRows(state.lateral, backend, batch, units)
      : state.lateral.backend === backend &&
        sameShape(state.lateral.shape, lateralShape(delay, batch, units));
  }
  for (let i = 0; i < noise.length; i++) {
    fits &&= noise[i].backend === backend && sameShape(noise[i].shape, x.shape);
  }
  if (!fits) failMisfit(setting, state, x, noise, batch);
  if (noise.length > 0 && noise.some(isTracked)) {
    failOperands(
      kernel,
      "its noise depends on parameters of a gradient, and no gradient flows through noise; " +
        "pass stopGradient of the noise",
    );
  }
}

/** Throws an error about a call. */
function failOperands({ name }: ScanKernel, problem: string): never {
  return fail(`run neuron "${name}"`, problem);
}

/** Whether a tensor is [batch, units] on that backend. */
function isRows({ backend, shape }: Tensor, on: Backend, batch: number, units: number): boolean {
  return backend === on && shape.length === 2 && shape[0] === batch && shape[1] === units;
}

/** Throws the error that names the first operand that does not fit. */
function failMisfit(
  setting: CheckedScanSetting,
  state: ScanState,
  x: Tensor,
  noise: readonly Tensor[],
  batch: number,
): never {
  const { kernel, units, delay } = setting;
  const action = `run neuron "${kernel.name}"`;
  const rows = [batch, units];
  const currents = lateralShape(delay, batch, units);
  const states = [
    ...state.values.map((s, i) => [`state ${kernel.states[i]}`, s, rows] as const),
    ...(state.lateral === undefined ? [] : [["state lateral", state.lateral, currents] as const]),
  ];
  for (const [name, s, shape] of states) {
    if (sameShape(s.shape, shape)) continue;
    const isSequence = x.shape.length === 3;
    // A batch of sequences, as other libraries take it.
    const hint = isSequence && s.shape[0] === x.shape[0]
      ? "; if the input is [N, T, D], pass transpose(x, [1, 0, 2])"
      : "";
    fail(
      action,
      `${name} has shape ${showShape(s.shape)}, expected ${showShape(shape)}: ` +
        `the input ${showShape(x.shape)} is ${isSequence ? "[T, N, D]" : "[N, D]"}${hint}`,
    );
  }
  for (const n of noise) expectShape(kernel, "noise", n, x.shape);
  const all = [["the input", x] as const, ...states, ...noise.map((n) => ["noise", n] as const)];
  const named: (readonly [string, TensorLike, ...unknown[]])[] = [...all, ...namedParams(setting)];
  const names = named.map(([name]) => name);
  commonBackend(`neuron "${kernel.name}"`, named.map(([, x]) => x), names);
  return fail(action, "the state does not fit");
}

/** The arguments of the scan skeleton. */
export function scanArgs(
  { units, values, lateral, delay }: CheckedScanSetting,
  state: ScanState,
  x: Tensor,
  noise: readonly Tensor[],
  steps: number,
  batch: number,
  forPullback?: ScanArgs["forPullback"],
): ScanArgs {
  return {
    steps,
    batch,
    units,
    group: lateral === undefined ? 0 : lateral.group,
    delay,
    x: x.storage,
    noise: storages(noise),
    state: storages(state.values),
    lateral: lateral === undefined ? undefined : state.lateral?.storage,
    weight: lateral?.weight.storage,
    bias: lateral?.bias.storage,
    params: values,
    forPullback,
  };
}

/** The arguments of another step of the same setting, written over those of an earlier one. */
export function refillArgs(
  args: Mutable<ScanArgs>,
  { values, lateral }: ScanState,
  x: Tensor,
  noise: readonly Tensor[],
  batch: number,
): ScanArgs {
  args.batch = batch;
  args.x = x.storage;
  args.noise = storages(noise);
  const state = args.state as Storage[];
  for (let i = 0; i < values.length; i++) state[i] = values[i].storage;
  if (args.lateral !== undefined) args.lateral = lateral?.storage;
  return args;
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

const none: readonly Storage[] = [];

function storages(tensors: readonly Tensor[]): readonly Storage[] {
  if (tensors.length === 0) return none;
  const result = new Array<Storage>(tensors.length);
  for (let i = 0; i < tensors.length; i++) result[i] = tensors[i].storage;
  return result;
}
