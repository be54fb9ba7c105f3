import type { Actor, ActorParams } from "@spikeloop/actor";
import type { Optimizer, OptimizerState } from "@spikeloop/functional";
import type { Key } from "@spikeloop/random";
import { mean, neg, type Tensor, valueAndGrad } from "@spikeloop/tensor";
import type { CriticParams } from "../critic.ts";
import type { TwinCritics } from "../twin_critics.ts";

/** An actor after a step of its optimizer. */
export interface ActorStep {
  readonly params: ActorParams;
  readonly optimizer: OptimizerState<ActorParams>;
  /** The loss before the step. */
  readonly loss: Tensor;
}

/** The networks of a step, and the state of the actor's optimizer. */
export interface ActorStepInput {
  readonly params: ActorParams;
  readonly optimizer: OptimizerState<ActorParams>;
  readonly q1: CriticParams;
  /** [B, obsDim]. */
  readonly observation: Tensor;
}

/** Climbs mean q1(o, actor(o)) by one step. */
export type StepActor = (input: ActorStepInput, actor: Actor, key?: Key) => ActorStep;

/** Makes the function that steps an actor. */
export function makeActorStep(twins: TwinCritics, optimizer: Optimizer): StepActor {
  const lossAndGrad = valueAndGrad((
    params: ActorParams,
    { q1, observation }: ActorStepInput,
    actor: Actor,
    key: Key | undefined,
  ) => {
    const action = actor.apply(params, observation, { training: true, ...key && { key } });
    return neg(mean(twins.first({ q1 }, observation, action)));
  });
  return (input, actor, key) => {
    const [loss, grads] = lossAndGrad(input.params, input, actor, key);
    const [params, state] = optimizer.update(input.params, grads, input.optimizer);
    return { params: actor.loadStateDict(params), optimizer: state, loss };
  };
}
