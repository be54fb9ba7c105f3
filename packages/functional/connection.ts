import {
  type Backend,
  memoized,
  sameShape,
  type Shape,
  showShape,
  sizeOf,
} from "@spikeloop/backend";
import {
  checkOptions,
  fail,
  refuse,
  takeCount,
  takeFlag,
  takeFunction,
  takeList,
  takeOneOf,
} from "@spikeloop/errors";
import { maskedWeight, type NestedNumbers, type NumberArray, Tensor } from "@spikeloop/tensor";
import type { MaskRule } from "./mask_rules.ts";

/**
 * How the units of a group are connected. The effective weight is made of the parameter `weight`
 * once per `bind` or `multiStep`:
 *
 *     effective[i, j] = mask[i, j] · weight[i, j]
 *     effective[i, j] = mask[i, j] · sign[j] · |weight[i, j]|     where signs are given
 *
 * i receives and j sends. `init` draws as for a full connection, U(-1/√P, 1/√P), and then sets
 * masked weights to 0; with signs it takes magnitudes, so that no effective weight is larger than
 * without signs.
 */
export interface ConnectionOptions<B extends boolean = boolean> {
  /**
   * The connections that exist: zeros and ones, [P, P] for every group alike, or [D, 1, P]; for
   * `dense` [D, D]. Rows receive, columns send. A typed array has the numbers row by row. A rule
   * such as `noSelf`, `selfOnly` and `neighbours(2)` goes by indices in the group. The other
   * weights count as 0 and get no gradient. All exist if missing.
   */
  readonly mask?: MaskRule | Tensor | NumberArray | NestedNumbers;
  /**
   * The sign of all weights from a unit, whatever the signs in `weight` are: one word for all
   * units, or 1 or -1 for each of the D units that send. Weights keep their own signs if missing.
   */
  readonly sign?: "excitatory" | "inhibitory" | readonly number[];
  /** False: no unit has a bias, and the params lack it. True if missing. */
  readonly bias?: B;
  /**
   * The steps that a spike takes to arrive, d. With d > 1 the state `lateral` is [d, N, D]: the
   * currents that arrive at the next d steps, the next step's first. 1 if missing.
   */
  readonly delay?: number;
}

/** The connection of a population, checked. */
export interface CheckedConnection {
  /** Whether the params have a bias. */
  readonly hasBias: boolean;
  /** The steps that a spike takes to arrive. */
  readonly delay: number;
  /** Returns weights for `init` from ones drawn for a full connection. */
  initialWeight(weight: Tensor): Tensor;
  /** Returns the weights that the time loop takes; differentiable. */
  effectiveWeight(weight: Tensor): Tensor;
  /** Returns the bias of a connection without one, on a backend. */
  noBias(backend: Backend): Tensor;
}

/**
 * Checks the connection of `units` units in groups of `group`.
 *
 * @param name The function that the user called.
 * @throws {TypeError} if an option is unknown, of the wrong kind or shape.
 * @throws {RangeError} if a mask holds numbers other than 0 and 1, or signs other than 1 and -1.
 * @throws {RangeError} if the delay is not an integer of at least 1.
 */
export function takeConnection(
  name: string,
  units: number,
  group: number,
  options: ConnectionOptions,
): CheckedConnection {
  const action = `make ${name}`;
  checkOptions(action, options, ["mask", "sign", "bias", "delay"], "connection option");
  const { mask, sign, bias = true, delay = 1 } = options;
  const hasBias = takeFlag(action, "connection.bias", bias);
  takeCount(action, "connection.delay", delay);
  const signs = sign === undefined ? undefined : takeSigns(action, sign, units);
  const entryOf = mask === undefined ? undefined : takeMask(action, mask, units, group);
  const factors = signs || entryOf ? new Float32Array(units * group).fill(1) : undefined;
  for (let i = 0; factors && i < factors.length; i++) {
    if (entryOf) factors[i] = entryOf(i);
    // Entries are [D, 1, P]: entry i is a weight from the unit i % P of its group.
    if (signs) factors[i] *= signs[Math.floor(i / group ** 2) * group + i % group];
  }
  const isSigned = signs !== undefined;
  const multiplier = (numbers: Float32Array | undefined) => {
    const factorOn = numbers && perBackend(numbers, [units, 1, group]);
    return (weight: Tensor) =>
      factorOn ? maskedWeight(weight, factorOn(weight.backend), isSigned) : weight;
  };
  return {
    hasBias,
    delay,
    effectiveWeight: multiplier(factors),
    initialWeight: multiplier(factors?.map(Math.abs)),
    noBias: perBackend(new Float32Array(units), [units]),
  };
}

/** Returns a function that returns these numbers on a backend, and remembers them there. */
function perBackend(data: Float32Array, shape: Shape): (backend: Backend) => Tensor {
  return memoized((backend) => {
    const storage = backend.upload(data);
    backend.keep?.(storage);
    return new Tensor(backend, storage, shape);
  });
}

function takeSigns(
  action: string,
  sign: NonNullable<ConnectionOptions["sign"]>,
  units: number,
): readonly number[] {
  const name = "connection.sign";
  if (typeof sign === "string") {
    const word = takeOneOf(action, name, sign, ["excitatory", "inhibitory"]);
    return new Array<number>(units).fill(word === "excitatory" ? 1 : -1);
  }
  const expected = '"excitatory", "inhibitory" or an array of 1 and -1';
  return takeList(
    action,
    name,
    sign,
    (_, n, x) => takeOneOf(action, n, x, [1, -1]),
    units,
    expected,
  );
}

/** Returns the function that returns entry i of a mask as [D, 1, P]. */
function takeMask(
  action: string,
  mask: NonNullable<ConnectionOptions["mask"]>,
  units: number,
  group: number,
): (i: number) => number {
  if (typeof mask === "function") {
    // A class is of the type "function" too.
    takeFunction(action, "connection.mask", mask, "a function of i and j");
    const name = "a value of the rule connection.mask";
    return (i) => Number(takeFlag(action, name, mask(Math.floor(i / group) % group, i % group)));
  }
  const shapes = [[group, group], [units, 1, group]];
  const [entries, shape] = readMask(action, mask, shapes);
  if (!shapes.some((s) => shape !== undefined && sameShape(s, shape))) {
    const found = shape === undefined ? "is ragged" : `has shape ${showShape(shape)}`;
    fail(action, `connection.mask ${found}, expected ${shapes.map(showShape).join(" or ")}`);
  }
  const name = "a number of connection.mask";
  return (i) => takeOneOf(action, name, entries[i % entries.length], [0, 1]);
}

/**
 * Returns the entries of a mask and their shape, undefined if arrays differ in length. A typed
 * array has the shape that its length fits.
 */
function readMask(
  action: string,
  mask: Exclude<ConnectionOptions["mask"], undefined | MaskRule>,
  shapes: readonly Shape[],
): readonly [entries: ArrayLike<unknown>, shape: Shape | undefined] {
  if (mask instanceof Tensor) return [mask.dataSync(), mask.shape];
  if (ArrayBuffer.isView(mask)) {
    const { length } = mask;
    const shape = shapes.find((s) => sizeOf(s) === length) ?? [length];
    return [Array.from<unknown, number>(mask, Number), shape];
  }
  if (Array.isArray(mask)) return [mask.flat(Infinity), nestedShape(mask)];
  const expected =
    "zeros and ones in a tensor, a typed array or nested arrays, or a rule: the function noSelf";
  return refuse(action, "connection.mask", mask, expected);
}

function nestedShape(value: unknown): Shape | undefined {
  if (!Array.isArray(value)) return [];
  const inner = Array.from(value, nestedShape);
  const [first = []] = inner;
  const isRegular = inner.every((shape) => shape !== undefined && sameShape(shape, first));
  return isRegular ? [value.length, ...first] : undefined;
}
