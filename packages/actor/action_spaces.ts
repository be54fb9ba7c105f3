import { describe, fail, refuse, takeCount, takeNumber, takeOneOf } from "@spikeloop/errors";
import { type ActionHead, limitOf, type LogStdSource, makeHead } from "./action_head.ts";
import { type Box, box, isDiscrete, type Space, takeBox, takeSpace } from "./space.ts";

/**
 * The observations and the actions of an actor. Give the spaces of the environment, or numbers:
 * `{ obsDim: 3, actDim: 1, actLimit: 2 }` are observations of 3 numbers without bounds, and one
 * number within ±2.
 */
export interface ActorSpaces {
  /** The observations, those of the environment. Instead of `obsDim`. */
  readonly observationSpace?: Box;
  /** How many numbers an observation has. */
  readonly obsDim?: number;
  /**
   * The actions, those of the environment, instead of `actDim` and `actLimit`. The bounds of its
   * components may differ. A component without bounds gets ±1.
   */
  readonly actionSpace?: Space;
  /** How many numbers an action has. */
  readonly actDim?: number;
  /** Actions lie in (-actLimit, actLimit); 1 if missing. */
  readonly actLimit?: number;
  /**
   * Makes the actor stochastic: where the logarithms of the standard deviations come from, outputs
   * of the network (`"network"`, for SAC) or a parameter (`"parameter"`, for PPO). An actor of
   * choices always is; another one is deterministic if missing.
   */
  readonly logStd?: LogStdSource;
}

/** The names in ActorSpaces. */
export const spaceNames: readonly (keyof ActorSpaces)[] = [
  "observationSpace",
  "obsDim",
  "actionSpace",
  "actDim",
  "actLimit",
  "logStd",
];

/** The largest number of float32. */
const largest = 3.4028234663852886e38;

/** Returns the observations and the head of an actor with these spaces. */
export function takeActorSpaces(
  action: string,
  o: ActorSpaces,
): { readonly observationSpace: Box; readonly head: ActionHead } {
  const { obsDim, actDim, actLimit } = o;
  const observationSpace = o.observationSpace === undefined
    ? box(takeCount(action, "obsDim", obsDim))
    : takeBox(action, "observationSpace", o.observationSpace);
  const space = o.actionSpace === undefined
    ? symmetric(action, o)
    : bounded(action, takeSpace(action, "actionSpace", o.actionSpace));
  // Options that say the same twice must agree.
  const compare = (name: string, given: unknown, other: string, found: unknown) => {
    if (given === undefined || given === found) return;
    fail(action, `${name} is ${describe(given)}, but ${other} has ${describe(found)}`);
  };
  compare("obsDim", obsDim, "observationSpace", observationSpace.low.length);
  compare("actDim", actDim, "actionSpace", isDiscrete(space) ? 1 : space.low.length);
  const limit = isDiscrete(space) ? "choices" : limitOf(space) ?? "bounds of its own";
  compare("actLimit", actLimit, "actionSpace", limit);
  const logStd = o.logStd === undefined
    ? undefined
    : takeOneOf(action, "logStd", o.logStd, ["network", "parameter"]);
  if (logStd !== undefined && isDiscrete(space)) {
    fail(action, "logStd is of actions in a box, but actionSpace is discrete");
  }
  return { observationSpace, head: makeHead(space, logStd) };
}

function symmetric(action: string, { actDim, actLimit = 1 }: ActorSpaces): Box {
  const size = takeCount(action, "actDim", actDim);
  const limit = takeNumber(action, "actLimit", actLimit, { above: 0, max: largest });
  return box(size, -limit, limit);
}

/** A space whose components all have bounds. */
function bounded(action: string, space: Space): Space {
  if (isDiscrete(space)) return space;
  const { low, high } = space;
  low.forEach((x, i) => {
    if (Number.isFinite(x) === Number.isFinite(high[i])) return;
    const bounds = `from ${x} to ${high[i]}`;
    refuse(action, `actionSpace[${i}]`, bounds, "bounds on both sides or none", RangeError);
  });
  return takeBox(action, "actionSpace", {
    low: low.map((x) => x === -Infinity ? -1 : x),
    high: high.map((x) => x === Infinity ? 1 : x),
  });
}
