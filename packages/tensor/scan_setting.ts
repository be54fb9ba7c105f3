import {
  type Backend,
  sameShape,
  type ScanKernel,
  type Shape,
  showShape,
  type Storage,
} from "@spikeloop/backend";
import { fail, takeCount } from "@spikeloop/errors";
import { commonBackend } from "./common_backend.ts";
import type { Tensor } from "./tensor.ts";

/** The lateral connection: every unit receives the outputs of the P units of its group. */
export interface Lateral {
  /** P. */
  readonly group: number;
  /** The steps that an output takes to arrive, d; 1 if missing. */
  readonly delay?: number;
  /** [D, 1, P]. */
  readonly weight: Tensor;
  /** [D]. */
  readonly bias: Tensor;
}

/** Everything about a scan that stays the same from step to step. */
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

/** The state of N rows of units between two steps. */
export interface ScanState {
  /** In the order of the kernel's states, each [N, D]. */
  readonly values: readonly Tensor[];
  /**
   * The lateral current that arrives at the next step, [N, D]; with a delay of d > 1 those that
   * arrive at the next d steps, [d, N, D], in their order. Absent where units are not connected.
   */
  readonly lateral?: Tensor;
}

/** A state that a step writes over. */
export interface ScanStateBuffer extends ScanState {
  /** In the order of the kernel's states. */
  readonly values: Tensor[];
  /** The lateral current. */
  lateral?: Tensor;
}

/** The shape of the lateral currents of `batch` rows. */
export function lateralShape(delay: number, batch: number, units: number): Shape {
  return delay === 1 ? [batch, units] : [delay, batch, units];
}

/**
 * Checks that a tensor of a scan has a shape.
 *
 * @throws {TypeError} if it has another one.
 */
export function expectShape(kernel: ScanKernel, name: string, x: Tensor, shape: Shape): void {
  if (!sameShape(x.shape, shape)) {
    const shapes = `${name} has shape ${showShape(x.shape)}, expected ${showShape(shape)}`;
    fail(`run neuron "${kernel.name}"`, shapes);
  }
}

/**
 * A setting whose tensors fit its kernel and units. Its constructor checks them, so that a setting
 * is checked once and used many times.
 *
 * @example
 * ```ts
 * import { defineScan } from "@spikeloop/backend";
 * import { add, input } from "@spikeloop/expr";
 * import { CheckedScanSetting, ones, scan, zeros } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const v = add(input("v"), input("x"));
 * const definition = { name: "sum", states: ["v"], params: [], out: v, next: [v], binary: false };
 * const kernel = defineScan(definition);
 * const setting = new CheckedScanSetting({ kernel, units: 1, params: [] });
 * const first = scan(setting, { values: [zeros([1, 1])] }, ones([3, 1, 1]));
 * const second = scan(setting, first.state, ones([3, 1, 1]));
 * assertEquals(second.state.values[0].item(), 6);
 * ```
 */
export class CheckedScanSetting implements ScanSetting {
  /** The time step. */
  declare readonly kernel: ScanKernel;
  /** D. */
  declare readonly units: number;
  /** The parameters. */
  declare readonly params: readonly (number | Tensor)[];
  /** The lateral connection. */
  declare readonly lateral?: Lateral;
  /** The steps that an output takes to arrive; 1 where there is no connection. */
  declare readonly delay: number;
  /** The backend of its tensors; undefined if it has none. */
  declare readonly backend: Backend | undefined;
  /** Whether one of the parameters is a tensor. */
  declare readonly hasTensors: boolean;
  /** The parameters as backends take them. */
  declare readonly values: readonly (number | Storage)[];

  /**
   * Checks a setting.
   *
   * @param like A setting with the same `params`, whose list is shared.
   * @throws {TypeError} if a shape or the number of parameters does not fit.
   * @throws {TypeError} if tensors are on several backends.
   * @throws {RangeError} if the delay is not an integer of at least 1.
   */
  constructor(setting: ScanSetting, like?: CheckedScanSetting) {
    const { kernel, units, lateral } = setting;
    const params = like?.params ?? [...setting.params]; // the caller may change the array
    if (params.length !== kernel.params.length) {
      fail(
        `run neuron "${kernel.name}"`,
        `it got ${params.length} parameters, expected ${kernel.params.length}`,
      );
    }
    if (lateral !== undefined && units % lateral.group !== 0) {
      fail(
        `run neuron "${kernel.name}"`,
        `its ${units} units are no multiple of ${lateral.group}, the units of a group`,
      );
    }
    let backend = lateral?.weight.backend;
    let isMixed = lateral !== undefined && lateral.bias.backend !== backend;
    let values = params as readonly (number | Storage)[];
    for (let i = 0; i < params.length; i++) {
      const p = params[i];
      if (typeof p === "number") continue;
      if (p.shape.length > 0) expectShape(kernel, `parameter ${kernel.params[i]}`, p, [units]);
      backend ??= p.backend;
      isMixed ||= p.backend !== backend;
      if (values === params) values = params.map((p) => typeof p === "number" ? p : p.storage);
    }
    if (lateral !== undefined && !fits(lateral, units)) {
      expectShape(kernel, "weight", lateral.weight, [units, 1, lateral.group]);
      expectShape(kernel, "bias", lateral.bias, [units]);
    }
    const delay = lateral?.delay;
    this.kernel = kernel;
    this.units = units;
    this.params = params;
    this.lateral = lateral;
    this.delay = delay === undefined ? 1 : takeCount(`run neuron "${kernel.name}"`, "delay", delay);
    this.hasTensors = values !== params;
    this.values = values;
    this.backend = backend;
    if (isMixed) failMixed(this);
  }
}

/** Whether the weight is [units, 1, P], and the bias [units]. */
function fits({ group, weight, bias }: Lateral, units: number): boolean {
  const { shape } = weight;
  return shape.length === 3 && shape[0] === units && shape[1] === 1 && shape[2] === group &&
    bias.shape.length === 1 && bias.shape[0] === units;
}

/** The tensors and numbers that all steps share: weight and bias, if there are, then parameters. */
export function namedParams(
  { kernel, lateral, params }: CheckedScanSetting,
): (readonly [name: string, value: number | Tensor])[] {
  const named = params.map((p, i) => [kernel.params[i], p] as const);
  return lateral === undefined
    ? named
    : [["weight", lateral.weight], ["bias", lateral.bias], ...named];
}

/** Throws the error that names two tensors on different backends. */
function failMixed(setting: CheckedScanSetting): never {
  const named = namedParams(setting);
  const values = named.map(([, value]) => value);
  commonBackend(`neuron "${setting.kernel.name}"`, values, named.map(([name]) => name));
  return fail(`run neuron "${setting.kernel.name}"`, "its tensors are on several backends");
}

/**
 * Checks a setting, unless it has been checked. `scan` and `bindScan` call it; call it yourself to
 * run many times with one setting.
 *
 * @throws {TypeError} if a shape does not fit, or tensors are on several backends.
 *
 * @example
 * ```ts
 * import { defineScan } from "@spikeloop/backend";
 * import { add, input } from "@spikeloop/expr";
 * import { checkScanSetting } from "@spikeloop/tensor";
 * import { assertStrictEquals } from "@std/assert";
 *
 * const v = add(input("v"), input("x"));
 * const definition = { name: "sum", states: ["v"], params: [], out: v, next: [v], binary: false };
 * const setting = checkScanSetting({ kernel: defineScan(definition), units: 1, params: [] });
 * assertStrictEquals(checkScanSetting(setting), setting);
 * ```
 */
export function checkScanSetting(setting: ScanSetting): CheckedScanSetting {
  return setting instanceof CheckedScanSetting ? setting : new CheckedScanSetting(setting);
}
