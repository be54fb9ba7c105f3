import { checkOptions, takeCount, takeRecord } from "@spikeloop/errors";
import { checkTensors } from "../check_tensors.ts";

/** The moments of Adam. */
export const adamMoments = ["mean", "meanSquare"] as const;

/**
 * Checks the state of Adam for parameters of these shapes.
 *
 * @throws {TypeError} if a part is missing, unknown, or of another kind or shape.
 * @throws {RangeError} if the step is not an integer of at least 0.
 */
export function checkAdamState(
  action: string,
  state: unknown,
  shapes: Readonly<Record<string, readonly number[]>>,
): void {
  const { step, moments } = takeRecord(action, "the state", state);
  takeCount(action, "step", step, 0);
  checkOptions(`${action}.moments`, moments, adamMoments, "moment");
  for (const name of adamMoments) {
    const { [name]: moment } = moments as Readonly<Record<string, unknown>>;
    checkTensors(`${action}.moments.${name}`, moment, shapes, "parameter");
  }
}
