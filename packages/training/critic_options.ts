import { fail, takeCount, takeList, takeNumber } from "@spikeloop/errors";
import { type Actor, isDiscrete } from "@spikeloop/actor";

/** The options that TD3 and SAC share. */
export interface CriticOptions {
  /** Units of the hidden layers of both critics; [256, 256] if missing. */
  readonly criticSizes?: readonly number[];
  /** The discount of a reward per step; 0.99 if missing. */
  readonly gamma?: number;
  /** The share of the target networks that remains at each of their updates; 0.995 if missing. */
  readonly polyak?: number;
  /** The steps whose rewards a target sums before it asks the critics; 1 if missing. */
  readonly nSteps?: number;
}

/** The values of missing options. */
export const criticDefaults: Required<CriticOptions> = {
  criticSizes: [256, 256],
  gamma: 0.99,
  polyak: 0.995,
  nSteps: 1,
};

/**
 * Checks these options.
 *
 * @throws {TypeError} if one is of the wrong kind.
 * @throws {RangeError} if one is out of range.
 */
export function takeCriticOptions(
  action: string,
  { criticSizes, gamma, polyak, nSteps }: Required<CriticOptions>,
): Required<CriticOptions> {
  return {
    criticSizes: takeList(action, "criticSizes", criticSizes, takeCount),
    gamma: takeNumber(action, "gamma", gamma, { min: 0, max: 1 }),
    polyak: takeNumber(action, "polyak", polyak, { min: 0, max: 1 }),
    nSteps: takeCount(action, "nSteps", nSteps),
  };
}

/**
 * Refuses an actor of choices: a critic takes the numbers of an action.
 *
 * @throws {TypeError} if it makes choices.
 */
export function refuseChoices(action: string, { actionSpace }: Actor): void {
  if (!isDiscrete(actionSpace)) return;
  fail(
    action,
    "the actor makes choices, expected actions that are numbers in a box; ppo takes both",
  );
}
