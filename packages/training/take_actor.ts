import type { ILCSan } from "@spikeloop/actor";
import { fail, isRecord, refuse, takeCount, takeFunction, takeNumber } from "@spikeloop/errors";
import type { Environment } from "./environment.ts";
import { isDiscrete, type Space } from "./space.ts";

/**
 * Checks an actor.
 *
 * @throws {TypeError} if it is anything else.
 */
export function takeActor(action: string, value: unknown): ILCSan {
  const isActor = isRecord(value) && isRecord(value.options) && isRecord(value.shapes);
  if (!isActor) return refuse(action, "actor", value, "one; make it with ilcSan");
  const actor = value as unknown as ILCSan;
  takeFunction(action, "the actor's apply", actor.apply);
  takeFunction(action, "the actor's loadStateDict", actor.loadStateDict);
  takeCount(action, "the actor's obsDim", actor.options.obsDim);
  takeCount(action, "the actor's actDim", actor.options.actDim);
  takeNumber(action, "the actor's actLimit", actor.options.actLimit, { above: 0 });
  return actor;
}

/**
 * Checks that an actor acts in the spaces of a task: it has their sizes, and its actions, which lie
 * within ±actLimit, have the same bounds. A component without bounds fits every actor.
 *
 * @throws {TypeError} if a size differs.
 * @throws {RangeError} if a bound differs.
 */
export function checkFit(action: string, actor: ILCSan, environment: Environment<Space>): void {
  const { obsDim, actDim, actLimit } = actor.options;
  const { name, observationSpace, actionSpace } = environment;
  const doing = `${action} on ${name}`;
  if (isDiscrete(actionSpace)) {
    return fail(doing, `its action is one of ${actionSpace.n}, the actor's are numbers in a box`);
  }
  const [observations, actions] = [observationSpace.low.length, actionSpace.low.length];
  if (observations !== obsDim || actions !== actDim) {
    fail(
      doing,
      `it has ${observations} observations and ${actions} actions, the actor ${obsDim} and ${actDim}`,
    );
  }
  const limit = Math.fround(actLimit);
  actionSpace.low.forEach((low, i) => {
    const high = actionSpace.high[i];
    if (low === -Infinity && high === Infinity) return;
    if (Math.fround(-low) === limit && Math.fround(high) === limit) return;
    const help = -low === high
      ? `make it with ilcSan({ actLimit: ${high} })`
      : "an actor needs bounds of the same size on both sides of 0, so scale the task's actions";
    fail(
      doing,
      `component ${i} of its actions is from ${low} to ${high}, the actor's from ${-actLimit} to ` +
        `${actLimit}; ${help}`,
      RangeError,
    );
  });
}
