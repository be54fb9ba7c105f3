import {
  type Backend,
  sameShape,
  type ScanKernel,
  type Shape,
  showShape,
  type Storage,
} from "@spikeloop/backend";
import { type ErrorKind, fail, takeCount } from "@spikeloop/errors";
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

/** The shape of the lateral currents of states of the shape `rows`. */
export function lateralShape(delay: number, rows: Shape): Shape {
  return delay === 1 ? rows : [delay, ...rows];
}

/** Throws an error about a scan. */
export function failScan({ name }: ScanKernel, problem: string, kind?: ErrorKind): never {
  return fail(`run neuron "${name}"`, problem, kind);
}

/** A tensor or number of a scan: its name, and the shape of a tensor. */
export type Operand = readonly [name: string, value: Tensor | number, shape: Shape];

/**
 * Returns the backend of all operands; undefined if they are numbers.
 *
 * @param more The end of a message about a shape.
 * @throws {TypeError} if a shape does not fit, or tensors are on several backends.
 */
export function backendOf(
  kernel: ScanKernel,
  operands: readonly Operand[],
  more = "",
): Backend | undefined {
  for (const [name, x, shape] of operands) {
    if (typeof x === "number" || sameShape(x.shape, shape)) continue;
    const shapes = `shape ${showShape(x.shape)}, expected ${showShape(shape)}`;
    failScan(kernel, `${name} has ${shapes}${more}`);
  }
  const values = operands.map(([, value]) => value);
  return commonBackend(`neuron "${kernel.name}"`, values, operands.map(([name]) => name));
}

/**
 * A setting whose tensors fit its kernel and units: it is checked once and used many times.
 * `checkScanSetting` makes one of any setting.
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
  /** Notes of a backend, for all settings that are made `like` one another. */
  declare readonly notes: unknown[];
  /** The parameters as backends take them; `params` itself where all are numbers. */
  declare readonly values: readonly (number | Storage)[];

  /**
   * Checks the tensors of a setting. Its counts must be right: `checkScanSetting` checks them too.
   *
   * @param like A setting with the same kernel, units, parameters, groups and delay. A weight and a
   * bias with the shapes of its own are not checked again.
   * @throws {TypeError} if a shape does not fit.
   * @throws {TypeError} if tensors are on several backends.
   */
  constructor({ kernel, units, params, lateral }: ScanSetting, like?: CheckedScanSetting) {
    this.kernel = kernel;
    this.units = units;
    this.params = params;
    this.lateral = lateral;
    this.delay = lateral?.delay ?? 1;
    this.notes = like?.notes ?? [];
    this.values = like?.values ?? storagesOf(params);
    this.backend = like?.lateral && lateral && isLike(lateral.weight, like.lateral.weight) &&
        isLike(lateral.bias, like.lateral.bias)
      ? like.backend
      : backendOf(kernel, sharedOperands(this));
  }
}

function storagesOf(params: ScanSetting["params"]): CheckedScanSetting["values"] {
  return params.every((p) => typeof p === "number")
    ? params
    : params.map((p) => typeof p === "number" ? p : p.storage);
}

/** Whether a tensor has the shape, and is on the backend. */
export function isOn(x: Tensor, backend: Backend, shape: Shape): boolean {
  return x.backend === backend && sameShape(x.shape, shape);
}

const isLike = (a: Tensor, b: Tensor) => isOn(a, b.backend, b.shape);

/** The operands that all steps share: weight and bias, if there are, then parameters. */
export function sharedOperands(
  { kernel, units, lateral, params }: CheckedScanSetting,
): readonly Operand[] {
  const named = params.map((p, i): Operand => {
    const isScalar = typeof p === "number" || p.shape.length === 0;
    return [`parameter ${kernel.params[i]}`, p, isScalar ? [] : [units]];
  });
  if (lateral === undefined) return named;
  const { group, weight, bias } = lateral;
  return [["weight", weight, [units, 1, group]], ["bias", bias, [units]], ...named];
}

/**
 * Checks a setting, unless it has been checked. `scan` and `bindScan` call it; call it yourself to
 * run many times with one setting.
 *
 * @throws {TypeError} if a shape or the number of parameters does not fit.
 * @throws {TypeError} if tensors are on several backends.
 * @throws {RangeError} if the delay is not an integer of at least 1.
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
  if (setting instanceof CheckedScanSetting) return setting;
  const { kernel, units, params, lateral } = setting;
  if (params.length !== kernel.params.length) {
    failScan(kernel, `params.length is ${params.length}, expected ${kernel.params.length}`);
  }
  if (lateral !== undefined) {
    if (units % lateral.group !== 0) {
      failScan(kernel, `units is ${units}, expected a multiple of a group's, ${lateral.group}`);
    }
    takeCount(`run neuron "${kernel.name}"`, "delay", lateral.delay ?? 1);
  }
  // The caller may change the array.
  return new CheckedScanSetting({ kernel, units, params: [...params], lateral });
}
