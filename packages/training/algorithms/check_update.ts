import { checkOptions, takeCount } from "@spikeloop/errors";
import { takeKey } from "@spikeloop/random";
import { Tensor } from "@spikeloop/tensor";
import type { UpdateOptions } from "../agent.ts";
import { checkTensors } from "../check_tensors.ts";

/**
 * Checks the options of an update: its timer, its key, and tensors of noise in the shape of
 * `action`.
 *
 * @throws {TypeError} if one is missing, unknown, or of another kind or shape.
 * @throws {RangeError} if the timer is not an integer of at least 0.
 */
export function checkUpdate<O extends UpdateOptions>(
  doing: string,
  options: O,
  noises: readonly (keyof O & string)[] = [],
  action?: unknown,
): O {
  checkOptions(doing, options, ["timer", "key", ...noises]);
  takeCount(doing, "timer", options.timer, 0);
  takeKey(doing, "key", options.key);
  for (const name of noises) {
    const noise = options[name];
    if (noise === undefined || !(action instanceof Tensor)) continue;
    checkTensors(doing, { [name]: noise }, { [name]: action.shape }, "option");
  }
  return options;
}
