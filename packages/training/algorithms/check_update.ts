import { checkOptions, takeCount } from "@spikeloop/errors";
import { takeKey } from "@spikeloop/random";
import type { UpdateOptions } from "../agent.ts";

/**
 * Checks the options of an update: its timer and its key. Others are not checked.
 *
 * @throws {TypeError} if one is missing, unknown, or of another kind.
 * @throws {RangeError} if the timer is not an integer of at least 0.
 */
export function checkUpdate<O extends UpdateOptions>(
  doing: string,
  options: O,
  others: readonly (keyof O & string)[] = [],
): O {
  checkOptions(doing, options, ["timer", "key", ...others]);
  takeCount(doing, "timer", options.timer, 0);
  takeKey(doing, "key", options.key);
  return options;
}
