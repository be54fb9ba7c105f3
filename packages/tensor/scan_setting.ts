// What a scan is given, and the checks that it fits.
import {
  type Backend,
  sameShape,
  type ScanArgs,
  type ScanKernel,
  type Shape,
  showShape,
  type Storage,
} from "@spikeloop/backend";
import { commonBackend } from "./common_backend.ts";
import { isTracked } from "./tape.ts";
import type { Tensor } from "./tensor.ts";

/** The lateral connection: every unit hears the P units of its own population. */
export interface Lateral {
  /** P. */
  readonly group: number;
  /** [D, 1, P]. */
  readonly weight: Tensor;
  /** [D]. */
  readonly bias: Tensor;
}

/** What stays the same from step to step. */
export interface ScanSetting {
  /** The time step. */
  readonly kernel: ScanKernel;
  /** D. */
  readonly units: number;
  /** One per parameter of the kernel: a number, or a tensor of shape [] or [D]. */
  readonly params: readonly (number | Tensor)[];
  /** Absent where units are not connected. */
  readonly lateral?: Lateral;
}

/** The state of N rows of units between two steps; every tensor is [N, D]. */
export interface ScanState {
  /** In the order of the kernel's states. */
  readonly values: readonly Tensor[];
  /** The lateral current on its way to the next step; absent where units are not connected. */
  readonly lateral?: Tensor;
}

function expectShape(kernel: ScanKernel, what: string, x: Tensor, shape: Shape): void {
  if (!sameShape(x.shape, shape)) {
    throw new TypeError(
      `Cannot run neuron "${kernel.name}": ${what} has shape ${showShape(x.shape)}, expected ${
        showShape(shape)
      }`,
    );
  }
}

/**
 * A setting whose tensors fit its kernel and units, and what of it every call needs: to check it once is to make it
 * once.
 *
 * @example Checked once, used twice.
 * ```ts
 * import { add, input } from "@spikeloop/expr";
 * import { CheckedSetting, ones, scan, zeros } from "@spikeloop/tensor";
 * import { defineScan } from "@spikeloop/backend";
 * import { assertEquals } from "@std/assert";
 *
 * const v = add(input("v"), input("x"));
 * const kernel = defineScan({ name: "sum", states: ["v"], params: [], out: v, next: [v], binary: false });
 * const setting = new CheckedSetting({ kernel, units: 1, params: [] });
 * const first = scan(setting, { values: [zeros([1, 1])] }, ones([3, 1, 1]));
 * const second = scan(setting, first.state, ones([3, 1, 1]));
 * assertEquals(second.state.values[0].item(), 6);
 * ```
 */
export class CheckedSetting implements ScanSetting {
  /** As given. */
  readonly kernel: ScanKernel;
  /** As given. */
  readonly units: number;
  /** As given. */
  readonly params: readonly (number | Tensor)[];
  /** As given. */
  readonly lateral?: Lateral;
  /** Its tensors as gradients are given to them: weight, bias, parameters. */
  readonly tensors: readonly (Tensor | undefined)[];
  /** Where they live; undefined if it has none. */
  readonly backend: Backend | undefined;
  /** The parameters as backends take them. */
  readonly values: readonly (number | Storage)[];

  /**
   * Checks a setting.
   *
   * @throws {TypeError} if a shape or the number of parameters does not fit, or tensors are on several backends.
   */
  constructor({ kernel, units, params, lateral }: ScanSetting) {
    if (params.length !== kernel.params.length) {
      throw new TypeError(
        `Cannot run neuron "${kernel.name}": given are ${params.length} parameters, expected ${kernel.params.length}`,
      );
    }
    if (lateral !== undefined && units % lateral.group !== 0) {
      throw new TypeError(
        `Cannot run neuron "${kernel.name}": its ${units} units are no multiple of ${lateral.group}, a population's`,
      );
    }
    const tensors: (Tensor | undefined)[] = [lateral?.weight, lateral?.bias];
    const values = new Array<number | Storage>(params.length);
    for (let i = 0; i < params.length; i++) {
      const p = params[i];
      if (typeof p === "number") {
        tensors.push(undefined);
        values[i] = p;
        continue;
      }
      if (p.shape.length > 0) expectShape(kernel, `parameter ${kernel.params[i]}`, p, [units]);
      tensors.push(p);
      values[i] = p.storage;
    }
    if (lateral !== undefined) {
      expectShape(kernel, "weight", lateral.weight, [units, 1, lateral.group]);
      expectShape(kernel, "bias", lateral.bias, [units]);
    }
    this.kernel = kernel;
    this.units = units;
    this.params = params;
    this.lateral = lateral;
    this.tensors = tensors;
    this.values = values;
    this.backend = tensors.find((x) => x !== undefined)?.backend;
    if (tensors.some((x) => x !== undefined && x.backend !== this.backend)) {
      commonBackend(`neuron "${kernel.name}"`, tensors.flatMap((x) => x ?? []));
    }
  }
}

/**
 * The setting, checked unless it has been. `scan` and `bindScan` check theirs; who runs many times with one setting
 * checks it once.
 *
 * @throws {TypeError} if a shape does not fit, or tensors are on several backends.
 *
 * @example
 * ```ts
 * import { add, input } from "@spikeloop/expr";
 * import { checkSetting } from "@spikeloop/tensor";
 * import { defineScan } from "@spikeloop/backend";
 * import { assertStrictEquals } from "@std/assert";
 *
 * const v = add(input("v"), input("x"));
 * const kernel = defineScan({ name: "sum", states: ["v"], params: [], out: v, next: [v], binary: false });
 * const setting = checkSetting({ kernel, units: 1, params: [] });
 * assertStrictEquals(checkSetting(setting), setting);
 * ```
 */
export function checkSetting(setting: ScanSetting): CheckedSetting {
  return setting instanceof CheckedSetting ? setting : new CheckedSetting(setting);
}

/**
 * Checks what differs from call to call: the state of `batch` rows, and noise of the shape of x.
 *
 * @throws {TypeError} if a shape does not fit, tensors are on several backends, or a gradient would flow to noise.
 */
export function checkOperands(
  setting: CheckedSetting,
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
      `Cannot run neuron "${kernel.name}": given are ${noise.length} noise sequences, expected ${kernel.noise.length}`,
    );
  }
  const { backend } = x;
  let isFit = setting.backend === undefined || setting.backend === backend;
  for (let i = 0; i < values.length; i++) isFit &&= isRows(values[i], backend, batch, units);
  if (state.lateral !== undefined) isFit &&= isRows(state.lateral, backend, batch, units);
  for (let i = 0; i < noise.length; i++) {
    isFit &&= noise[i].backend === backend && sameShape(noise[i].shape, x.shape);
  }
  if (!isFit) throw misfit(setting, state, x, noise, batch);
  if (noise.length > 0 && noise.some(isTracked)) {
    throw new TypeError(
      `Cannot run neuron "${kernel.name}": a gradient is taken of what its noise is made of, ` +
        "and none flows through noise; give it stopGradient of the noise",
    );
  }
}

/** Whether a tensor is [batch, units] on that backend. */
function isRows({ backend, shape }: Tensor, on: Backend, batch: number, units: number): boolean {
  return backend === on && shape.length === 2 && shape[0] === batch && shape[1] === units;
}

/** Says what of the operands does not fit. */
function misfit(
  { kernel, units, tensors }: CheckedSetting,
  state: ScanState,
  x: Tensor,
  noise: readonly Tensor[],
  batch: number,
): Error {
  const shape = [batch, units];
  state.values.forEach((s, i) => expectShape(kernel, `state ${kernel.states[i]}`, s, shape));
  const more = state.lateral === undefined ? [] : [state.lateral];
  for (const s of more) expectShape(kernel, "state lateral", s, shape);
  for (const n of noise) expectShape(kernel, "noise", n, x.shape);
  const all = [x, ...state.values, ...noise, ...tensors.flatMap((p) => p ?? []), ...more];
  commonBackend(`neuron "${kernel.name}"`, all);
  return new TypeError(`Cannot run neuron "${kernel.name}": the state does not fit`);
}

/** What the backend is given. */
export function scanArgs(
  { units, values, lateral }: CheckedSetting,
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
