import { type Space, takeBox, takeSpace } from "@spikeloop/actor";
import {
  checkOptions,
  describeOption,
  takeCount,
  takeFlag,
  takeFunction,
  takeNumber,
  takeText,
} from "@spikeloop/errors";
import { type Key, key, takeKey } from "@spikeloop/random";
import type { AsyncEnvironment, Environment } from "./environment.ts";
import { isVectorEnvironment } from "./environments/vector_environment.ts";
import { findFaults } from "./find_faults.ts";
import { messageOf } from "./message_of.ts";

/** The options of `checkEnvironment`. */
export interface CheckOptions {
  /** Draws first states and actions; key(0) if missing. */
  readonly key?: Key;
  /** The most steps of each of the few episodes that it runs; 200 if missing. */
  readonly steps?: number;
  /** Whether every episode is meant to start in the same state; false if missing. */
  readonly fixedStart?: boolean;
  /** The most seconds that it waits for a promise of the environment; 60 if missing. */
  readonly seconds?: number;
}

const action = "check an environment";

/**
 * Finds out whether an environment of your own keeps the promises of `Environment`. It runs a few
 * episodes with random actions, and two that hold the lowest and the highest action, and looks for
 *
 * - parts that are missing or of the wrong kind;
 * - observations of a wrong length, NaN, and values out of the space; rewards that are no numbers;
 *   ends that are not true or false;
 * - a `reset` that ignores its key, and episodes that the key and the actions do not determine;
 * - an array of observations that later steps change, and an action that a step changes;
 * - a step that is taken after the end of an episode;
 * - a snapshot that later steps change, that cannot be saved, or that does not bring the state
 *   back;
 * - a promise that does not resolve in time.
 *
 * The environment is left somewhere in an episode. Those of `makeEnvironment` keep the promises
 * about steps and observations by themselves.
 *
 * @returns The faults in plain words, none if all is well; a promise of them if the environment
 * returns promises.
 * @throws {TypeError} if an option is unknown or of the wrong kind.
 * @throws {RangeError} if `steps` is not an integer from 1 to a million, or `seconds` is not above
 * 0 and at most a million.
 *
 * @example
 * ```ts
 * import { checkEnvironment, pendulum } from "@spikeloop/training";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(checkEnvironment(pendulum()), []);
 * const broken = { ...pendulum(), reset: () => [0, 1] };
 * const fault = "the observation of reset has length 2, observationSpace has 3";
 * assertEquals(checkEnvironment(broken), [fault]);
 * ```
 */
export function checkEnvironment<A extends Space>(
  environment: Environment<A>,
  options?: CheckOptions,
): string[];
/** Does the same with an environment whose methods may return promises. */
export function checkEnvironment<A extends Space>(
  environment: AsyncEnvironment<A>,
  options?: CheckOptions,
): Promise<string[]>;
export function checkEnvironment<A extends Space>(
  environment: AsyncEnvironment<A>,
  options: CheckOptions = {},
): string[] | Promise<string[]> {
  checkOptions(action, options, ["key", "steps", "fixedStart", "seconds"]);
  const resolved = {
    key: takeKey(action, "key", options.key ?? key(0)),
    steps: takeNumber(action, "steps", options.steps ?? 200, { min: 1, max: 1e6, integer: true }),
    fixedStart: takeFlag(action, "fixedStart", options.fixedStart ?? false),
    seconds: takeNumber(action, "seconds", options.seconds ?? 60, { above: 0, max: 1e6 }),
  };
  const faults = faultsOfForm(environment);
  if (faults.length > 0) return faults;
  return findFaults(environment as unknown as AsyncEnvironment<Space>, resolved);
}

/** The faults of the parts, found without a call. */
function faultsOfForm(value: unknown): string[] {
  if (typeof value !== "object" || value === null) {
    return [`the environment is ${describeOption(value)}, expected an object`];
  }
  if (isVectorEnvironment(value)) {
    return ["it is several environments side by side: check a single one, such as environments[0]"];
  }
  const faults: string[] = [];
  const task = value as Record<string, unknown>;
  const attempt = (check: () => unknown) => {
    try {
      check();
    } catch (error) {
      faults.push(messageOf(error).replace("Cannot check: ", ""));
    }
  };
  attempt(() => takeText("check", "name", task.name));
  attempt(() => takeBox("check", "observationSpace", task.observationSpace));
  attempt(() => takeSpace("check", "actionSpace", task.actionSpace as Space));
  const { maxSteps } = task;
  if (maxSteps !== Infinity) attempt(() => takeCount("check", "maxSteps", maxSteps));
  attempt(() => takeFunction("check", "reset", task.reset));
  attempt(() => takeFunction("check", "step", task.step));
  for (const [name, other] of [["snapshot", "restore"], ["restore", "snapshot"]]) {
    if (task[name] === undefined) continue;
    attempt(() => takeFunction("check", name, task[name]));
    if (task[other] === undefined) faults.push(`${name} is there, but ${other} is missing`);
  }
  return faults;
}
