// The operands of a scan that differ from call to call: state, input and noise.
import { type Backend, type ScanArgs, showShape, type Storage } from "@spikeloop/backend";
import { checkOptions } from "@spikeloop/errors";
import {
  backendOf,
  type CheckedScanSetting,
  failScan,
  isOn,
  lateralShape,
  type Operand,
  type ScanState,
  sharedOperands,
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
 * Checks the names of options, and how many states and noise sequences there are. Populations do
 * without: they make these lists.
 *
 * @param known The names of the options.
 * @returns The options, defaults filled in.
 * @throws {TypeError} if an option is unknown, or a count does not fit.
 */
export function takeOptions(
  { kernel, lateral }: CheckedScanSetting,
  state: ScanState,
  options: ScanOptions | undefined,
  known: readonly (keyof ScanOptions)[],
): Required<ScanOptions> {
  if (options !== undefined) checkOptions(`run neuron "${kernel.name}"`, options, known);
  if (state.values.length !== kernel.states.length || !state.lateral !== !lateral) {
    const names = [...kernel.states, ...(lateral ? ["lateral"] : [])].join(", ");
    failScan(
      kernel,
      `the state does not fit, expected ${names}; make one with initialState(batch)`,
    );
  }
  const { noise = [], trace = [] } = options ?? noOptions;
  if (noise.length !== kernel.noise.length) {
    failScan(kernel, `noise.length is ${noise.length}, expected ${kernel.noise.length}`);
  }
  return { noise, trace };
}

/**
 * Checks the operands of a run. The input is [T, N, D], or [N, D] for one step: of `rank` axes.
 *
 * @returns N.
 * @throws {TypeError} if a shape does not fit.
 * @throws {TypeError} if tensors are on several backends.
 * @throws {TypeError} if a gradient would flow to noise.
 */
export function checkOperands(
  setting: CheckedScanSetting,
  state: ScanState,
  x: Tensor,
  noise: readonly Tensor[],
  rank: number,
): number {
  const { units, delay } = setting;
  const { values, lateral } = state;
  const { backend, shape } = x;
  const batch = shape[rank - 2];
  let fits = shape.length === rank && shape[rank - 1] === units &&
    (setting.backend === undefined || setting.backend === backend);
  for (let i = 0; i < values.length; i++) fits &&= isRows(values[i], backend, batch, units);
  if (lateral !== undefined) {
    fits &&= delay === 1
      ? isRows(lateral, backend, batch, units)
      : isOn(lateral, backend, [delay, batch, units]);
  }
  for (let i = 0; i < noise.length; i++) fits &&= isOn(noise[i], backend, shape);
  if (!fits) failOperands(setting, state, x, noise, rank);
  if (noise.length > 0 && noise.some(isTracked)) {
    failScan(
      setting.kernel,
      "its noise depends on parameters of a gradient, and no gradient flows through noise; " +
        "pass stopGradient of the noise",
    );
  }
  return batch;
}

/** Throws the error of operands that don't fit. */
function failOperands(
  setting: CheckedScanSetting,
  { values, lateral }: ScanState,
  x: Tensor,
  noise: readonly Tensor[],
  rank: number,
): void {
  const { kernel, units, delay } = setting;
  const { shape } = x;
  const axes = rank === 3 ? "T, N" : "N";
  if (shape.length !== rank || shape[rank - 1] !== units) {
    failScan(kernel, `the input has shape ${showShape(shape)}, expected [${axes}, ${units}]`);
  }
  const rows = [shape[rank - 2], units];
  const operands: Operand[] = [
    ["the input", x, shape],
    ...values.map((value, i): Operand => [`state ${kernel.states[i]}`, value, rows]),
    ...(lateral ? [["state lateral", lateral, lateralShape(delay, rows)] as const] : []),
    ...noise.map((n): Operand => ["noise", n, shape]),
    ...sharedOperands(setting),
  ];
  // A batch of sequences, as other libraries take it.
  const isSwapped = rank === 3 && values[0]?.shape[0] === shape[0];
  const hint = isSwapped ? "; if the input is [N, T, D], pass transpose(x, [1, 0, 2])" : "";
  backendOf(kernel, operands, `: the input ${showShape(shape)} is [${axes}, D]${hint}`);
}

/** Whether a tensor holds N rows of D numbers on the backend. */
function isRows({ backend, shape }: Tensor, on: Backend, batch: number, units: number): boolean {
  return backend === on && shape.length === 2 && shape[0] === batch && shape[1] === units;
}

/** The arguments of the scan skeleton. */
export function scanArgs(
  { units, values, lateral, delay, notes }: CheckedScanSetting,
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
    group: lateral?.group ?? 0,
    delay,
    x: x.storage,
    noise: storages(noise),
    state: storages(state.values),
    lateral: lateral && state.lateral?.storage,
    weight: lateral?.weight.storage,
    bias: lateral?.bias.storage,
    params: values,
    notes,
    forPullback,
  };
}

const none: readonly Storage[] = [];

function storages(tensors: readonly Tensor[]): readonly Storage[] {
  if (tensors.length === 0) return none;
  const result = new Array<Storage>(tensors.length);
  for (let i = 0; i < tensors.length; i++) result[i] = tensors[i].storage;
  return result;
}
