// The operands of a scan that differ from call to call: state, input and noise.
import { type Backend, sameShape, type ScanArgs, type Storage } from "@spikeloop/backend";
import { commonBackend } from "./common_backend.ts";
import { type CheckedScanSetting, expectShape, type ScanState } from "./scan_setting.ts";
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
  const { kernel, units, lateral } = setting;
  const { values } = state;
  if (
    values.length !== kernel.states.length ||
    (state.lateral === undefined) !== (lateral === undefined)
  ) {
    throw new TypeError(
      `Cannot run neuron "${kernel.name}": the state does not fit, expected ${
        [...kernel.states, ...(lateral ? ["lateral"] : [])].join(", ")
      }; make one with initialState(batch)`,
    );
  }
  if (noise.length !== kernel.noise.length) {
    throw new TypeError(
      `Cannot run neuron "${kernel.name}": it got ${noise.length} noise sequences, ` +
        `expected ${kernel.noise.length}`,
    );
  }
  const { backend } = x;
  let fits = setting.backend === undefined || setting.backend === backend;
  for (let i = 0; i < values.length; i++) fits &&= isRows(values[i], backend, batch, units);
  if (state.lateral !== undefined) fits &&= isRows(state.lateral, backend, batch, units);
  for (let i = 0; i < noise.length; i++) {
    fits &&= noise[i].backend === backend && sameShape(noise[i].shape, x.shape);
  }
  if (!fits) throw misfit(setting, state, x, noise, batch);
  if (noise.length > 0 && noise.some(isTracked)) {
    throw new TypeError(
      `Cannot run neuron "${kernel.name}": its noise depends on parameters of a gradient, ` +
        "and no gradient flows through noise; pass stopGradient of the noise",
    );
  }
}

/** Whether a tensor is [batch, units] on that backend. */
function isRows({ backend, shape }: Tensor, on: Backend, batch: number, units: number): boolean {
  return backend === on && shape.length === 2 && shape[0] === batch && shape[1] === units;
}

/** The error that names the first operand that does not fit. */
function misfit(
  { kernel, units, tensors }: CheckedScanSetting,
  state: ScanState,
  x: Tensor,
  noise: readonly Tensor[],
  batch: number,
): Error {
  const shape = [batch, units];
  state.values.forEach((s, i) => expectShape(kernel, `state ${kernel.states[i]}`, s, shape));
  const laterals = state.lateral === undefined ? [] : [state.lateral];
  for (const s of laterals) expectShape(kernel, "state lateral", s, shape);
  for (const n of noise) expectShape(kernel, "noise", n, x.shape);
  const all = [x, ...state.values, ...noise, ...tensors.flatMap((p) => p ?? []), ...laterals];
  commonBackend(`neuron "${kernel.name}"`, all);
  return new TypeError(`Cannot run neuron "${kernel.name}": the state does not fit`);
}

/** The arguments of the scan skeleton. */
export function scanArgs(
  { units, values, lateral }: CheckedScanSetting,
  state: ScanState,
  x: Tensor,
  noise: readonly Tensor[],
  steps: number,
  batch: number,
): ScanArgs {
  return {
    steps,
    batch,
    units,
    group: lateral === undefined ? 0 : lateral.group,
    x: x.storage,
    noise: storages(noise),
    state: storages(state.values),
    lateral: lateral === undefined ? undefined : state.lateral?.storage,
    weight: lateral?.weight.storage,
    bias: lateral?.bias.storage,
    params: values,
  };
}

const none: readonly Storage[] = [];

function storages(tensors: readonly Tensor[]): readonly Storage[] {
  if (tensors.length === 0) return none;
  const result = new Array<Storage>(tensors.length);
  for (let i = 0; i < tensors.length; i++) result[i] = tensors[i].storage;
  return result;
}
