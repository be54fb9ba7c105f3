import { type Actor, type ActorParams, mlpActor } from "@spikeloop/actor";
import { meanSquaredError, type OptimizerState } from "@spikeloop/functional";
import { type Tensor, valueAndGrad } from "@spikeloop/tensor";
import type { ProxyTargetOptions } from "../td3_options.ts";
import { adamOf } from "./adam_of.ts";

/** The state of a proxy's optimizer. */
export type ProxyState = OptimizerState<ActorParams>;

/** A perceptron that learns to act as another actor does. */
export interface ProxyTarget {
  /** The perceptron. */
  readonly actor: Actor;
  /** Returns the first state of its optimizer. */
  start(params: ActorParams): ProxyState;
  /**
   * Lowers mean (proxy(o) - a)² so many times, with observations o [B, obsDim] and the other
   * actor's actions a [B, actDim].
   */
  imitate(
    params: ActorParams,
    state: ProxyState,
    observation: Tensor,
    action: Tensor,
  ): [params: ActorParams, state: ProxyState];
}

/** Makes the proxy of an actor. */
export function makeProxyTarget(
  { observationSpace, actionSpace }: Actor,
  { hiddenSizes, learningRate, updates }: Required<ProxyTargetOptions>,
): ProxyTarget {
  const actor = mlpActor({ observationSpace, actionSpace, hiddenSizes });
  const optimizer = adamOf("make td3, proxyTarget", "learningRate", learningRate);
  const loss = valueAndGrad((params: ActorParams, observation: Tensor, action: Tensor) =>
    meanSquaredError(actor.apply(params, observation), action)
  );
  return {
    actor,
    start: (params) => optimizer.init(params),
    imitate: (params, state, observation, action) => {
      for (let i = 0; i < updates; i++) {
        const [, grads] = loss(params, observation, action);
        [params, state] = optimizer.update(params, grads, state);
      }
      return [params, state];
    },
  };
}
