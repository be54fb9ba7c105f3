import { takeCount } from "@spikeloop/errors";

/**
 * Decides which units of a group are connected: whether unit `receiver` of its group
 * hears unit `sender`. It must return true or false.
 */
export type MaskRule = (receiver: number, sender: number) => boolean;

/**
 * A mask without self-connections: i ≠ j
 *
 * @example
 * ```ts
 * import { ilc, noSelf } from "@spikeloop/functional";
 * import { lif } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const population = ilc(lif, { actDim: 1, decPopDim: 3, connection: { mask: noSelf } });
 * const { weight } = population.init(key(0));
 * assertEquals([...weight.dataSync()].map((w) => w === 0 ? 0 : 1), [0, 1, 1, 1, 0, 1, 1, 1, 0]);
 * ```
 */
export function noSelf(receiver: number, sender: number): boolean {
  return receiver !== sender;
}

/**
 * A mask of self-connections alone: i = j
 *
 * @example
 * ```ts
 * import { ilc, selfOnly } from "@spikeloop/functional";
 * import { lif } from "@spikeloop/neuron";
 *
 * ilc(lif, { actDim: 2, decPopDim: 3, connection: { mask: selfOnly } });
 * ```
 */
export function selfOnly(receiver: number, sender: number): boolean {
  return receiver === sender;
}

/**
 * Makes a mask of near units, the unit itself included: |i - j| ≤ radius. The first unit of a group
 * is no neighbour of the last.
 *
 * @throws {TypeError} if `radius` is not a number.
 * @throws {RangeError} if `radius` is not an integer of at least 0.
 *
 * @example
 * ```ts
 * import { neighbours } from "@spikeloop/functional";
 * import { assertEquals } from "@std/assert";
 *
 * const mask = neighbours(1);
 * assertEquals([0, 1, 2, 3].map((sender) => mask(1, sender)), [true, true, true, false]);
 * ```
 */
export function neighbours(radius: number): MaskRule {
  takeCount("make a mask of neighbours", "radius", radius, 0);
  return (receiver, sender) => Math.abs(receiver - sender) <= radius;
}
