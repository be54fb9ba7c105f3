import type { Actor } from "@spikeloop/actor";
import { sameShape } from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import { takeActor } from "../take_actor.ts";

/**
 * From a function of the number of an update to one that checks that its actor has the parameters
 * of `actor`; a missing function always has `actor`.
 *
 * @throws {TypeError} if the function returns no actor, or one with other parameters.
 */
export function actorOfUpdate(
  action: string,
  actor: Actor,
  actorAt: ((update: number) => Actor) | undefined,
): (update: number) => Actor {
  if (actorAt === undefined) return () => actor;
  let last = actor;
  return (update) => {
    const next = actorAt(update);
    if (next === last) return last;
    takeActor(`${action}, actorAt(${update})`, next);
    const names = Object.keys(actor.shapes);
    const isSame = Object.keys(next.shapes).length === names.length &&
      names.every((name) =>
        next.shapes[name] !== undefined && sameShape(next.shapes[name], actor.shapes[name])
      );
    if (!isSame) {
      fail(
        action,
        `actorAt(${update}) has other parameters than the actor, expected another surrogate alone`,
      );
    }
    return last = next;
  };
}
