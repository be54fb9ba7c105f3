import {
  type Actor,
  type ILCSan,
  isDiscrete,
  type Space,
  takeBox,
  takeSpace,
} from "@spikeloop/actor";
import {
  fail,
  isRecord,
  refuse,
  showCount,
  takeCount,
  takeFunction,
  takeRecord,
  takeText,
} from "@spikeloop/errors";
import type { AsyncEnvironment } from "./environment.ts";

/** The methods that every actor has. */
const methods = ["init", "apply", "bind", "loadStateDict", "toJSON"] as const;

/** Actors that have been checked: they act in some microseconds. */
const known = /* @__PURE__ */ new WeakSet<object>();

/** Whether an actor is one of `ilcSan`, which shows its spikes and membranes. */
export function isIlcSan(actor: Actor): actor is ILCSan {
  return actor.kind === "ilc-san";
}

/**
 * Checks an actor.
 *
 * @throws {TypeError} if it is anything else.
 */
export function takeActor(action: string, value: unknown): Actor {
  if (typeof value === "object" && value !== null && known.has(value)) return value as Actor;
  const isActor = isRecord(value) && isRecord(value.head) && isRecord(value.shapes);
  if (!isActor) {
    return refuse(action, "actor", value, "an actor, such as ilcSan or mlpActor makes");
  }
  const actor = value as unknown as Actor;
  takeBox(action, "the actor's observationSpace", actor.observationSpace);
  takeSpace(action, "the actor's actionSpace", actor.actionSpace);
  takeText(action, "the actor's kind", actor.kind);
  takeCount(action, "the actor's head.actDim", actor.head.actDim);
  for (const name of methods) takeFunction(action, `the actor's ${name}`, actor[name]);
  takeRecord(action, "the result of the actor's toJSON", actor.toJSON());
  if (Object.isFrozen(actor)) known.add(actor);
  return actor;
}

/**
 * Refuses an actor of `ilcSan` with noise. No agent passes such noise on to it, so the actor would
 * act and learn as one without.
 *
 * @throws {TypeError} if the actor has noise.
 */
export function refuseNoise(action: string, actor: Actor): void {
  if (!isIlcSan(actor) || actor.options?.noise === undefined) return;
  const problem = "the actor's noise has no effect here, as no algorithm lets the actor hear it";
  fail(action, `${problem}; expected an actor without noise`);
}

/** How many numbers an actor reads. */
export const obsDimOf = ({ observationSpace }: Actor): number => observationSpace.low.length;

/**
 * Checks that an actor acts in the spaces of a task: they have the same sizes, and their actions
 * the same bounds. A component without bounds fits every actor.
 *
 * @throws {TypeError} if a size or a kind differs.
 * @throws {RangeError} if a bound differs.
 */
export function checkFit(
  action: string,
  actor: Actor,
  environment: AsyncEnvironment<Space>,
): void {
  const doing = `${action} on ${environment.name}`;
  const help = "make the actor with the task's observationSpace and actionSpace";
  const [task, own] = [environment.actionSpace, actor.actionSpace];
  const [kind, ownKind] = [task, own].map((space) =>
    isDiscrete(space) ? "choices" : "numbers in a box"
  );
  if (kind !== ownKind) fail(doing, `its actions are ${kind}, the actor's ${ownKind}; ${help}`);
  const [actions, ownActions] = [task, own].map((space) =>
    isDiscrete(space) ? space.n : space.low.length
  );
  const [observations, obsDim] = [environment.observationSpace.low.length, obsDimOf(actor)];
  if (observations !== obsDim || actions !== ownActions) {
    const noun = isDiscrete(task) ? "choice" : "action";
    const counts = `${showCount(observations, "observation")} and ${showCount(actions, noun)}`;
    fail(doing, `it has ${counts}, the actor ${obsDim} and ${ownActions}; ${help}`);
  }
  if (isDiscrete(own) || isDiscrete(task)) return;
  task.low.forEach((low, i) => {
    const high = task.high[i];
    if (low === -Infinity && high === Infinity) return;
    const [ownLow, ownHigh] = [own.low[i], own.high[i]];
    const isSame = Math.fround(low) === Math.fround(ownLow) &&
      Math.fround(high) === Math.fround(ownHigh);
    if (isSame) return;
    fail(
      doing,
      `component ${i} of its actions is from ${low} to ${high}, the actor's from ${ownLow} to ` +
        `${ownHigh}; ${help}`,
      RangeError,
    );
  });
}

/** The action that an environment takes: the numbers of a box, or the number of a choice. */
export function actionFor(space: Space, numbers: Float32Array): Float32Array | number {
  return isDiscrete(space) ? numbers[0] : numbers;
}
