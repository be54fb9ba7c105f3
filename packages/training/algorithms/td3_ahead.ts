import type { Actor, ActorParams } from "@spikeloop/actor";
import { takeRecord } from "@spikeloop/errors";
import type { Placement } from "@spikeloop/functional";
import { fillTensor, Tensor } from "@spikeloop/tensor";
import { checkTensors } from "../check_tensors.ts";
import { obsDimOf } from "../take_actor.ts";
import { takeParts } from "../take_parts.ts";
import type { Td3Ahead } from "../td3_state.ts";

/** The shapes of a batch of the critics. */
const shapesOf = (actor: Actor, rows: number) => ({
  observation: [rows, obsDimOf(actor)],
  action: [rows, actor.head.actDim],
  target: [rows],
});

/** Makes the results that show later of a fresh state: the actor itself, and a batch of no rows. */
export function initAhead(actor: Actor, params: ActorParams, placement?: Placement): Td3Ahead {
  const { observation, action, target } = shapesOf(actor, 0);
  const fill = (shape: readonly number[]) => fillTensor(shape, 0, placement);
  return {
    actor: params,
    actorLoss: fill([]),
    criticBatch: {
      observation: fill(observation),
      action: fill(action),
      target: fill(target),
    },
  };
}

/**
 * Checks the results that show later of a state.
 *
 * @throws {TypeError} if one is missing or has another shape.
 */
export function checkAhead(action: string, ahead: unknown, actor: Actor): void {
  const { actor: params, actorLoss, criticBatch } = takeRecord(action, "the state's ahead", ahead);
  checkTensors(`${action}, ahead.actor`, params, actor.shapes, "parameter");
  checkTensors(`${action}, ahead`, { actorLoss }, { actorLoss: [] }, "part");
  const doing = `${action}, ahead.criticBatch`;
  const names = ["observation", "action", "target"] as const;
  const { observation } = takeParts(doing, criticBatch, names, "part");
  const rows = observation instanceof Tensor ? observation.shape[0] ?? 0 : 0;
  checkTensors(doing, criticBatch, shapesOf(actor, rows), "part");
}
