import { type Box, isDiscrete, type Space } from "@spikeloop/actor";
import { describeOption, fail, isVector, takeNumber } from "@spikeloop/errors";
import { limit } from "./limit.ts";
import { refuseComponent } from "./take_vector.ts";

/**
 * Checks an action.
 *
 * @param isRaw Whether the task limits it to its box.
 * @returns A choice, or a copy of the numbers.
 * @throws {TypeError} if it is of another kind, or has another number of components.
 * @throws {RangeError} if a number is not finite, or there is no such choice.
 */
export function takeMove(
  action: string,
  value: unknown,
  space: Space,
  isRaw = false,
): number | number[] {
  return isDiscrete(space)
    ? takeChoice(action, value, space.n)
    : takeAction(action, value, space, isRaw);
}

/** Checks an action of a discrete space. */
function takeChoice(action: string, value: unknown, n: number): number {
  return takeNumber(action, "the action", value, { min: 0, max: n - 1, integer: true });
}

/** A copy of an action, limited to its box unless the task does that. */
function takeAction(action: string, value: unknown, space: Box, isRaw: boolean): number[] {
  if (!isVector(value)) {
    return fail(action, `the action is ${describeOption(value)}, expected an array of numbers`);
  }
  const { length } = space.low;
  if (value.length !== length) {
    fail(action, `the action has length ${value.length}, expected ${length}`);
  }
  const copy = new Array<number>(length);
  for (let i = 0; i < length; i++) {
    const x = value[i];
    const limited = typeof x !== "number" ? NaN : isRaw ? x : limit(x, space.low[i], space.high[i]);
    copy[i] = Number.isFinite(Math.fround(limited))
      ? limited
      : refuseComponent(action, `component ${i} of the action`, x);
  }
  return copy;
}
