import type { Actor, ActorParams } from "@spikeloop/actor";
import type { Key } from "@spikeloop/random";
import type { Tensor } from "@spikeloop/tensor";

/** The part of a state that has the actor's parameters. */
interface WithActor {
  readonly networks: { readonly actor: ActorParams };
}

/** The `calibrate` of an agent; undefined where its actor normalizes no batches. */
export function calibrateActor(
  { calibrate }: Actor,
): (<S extends WithActor>(state: S, observations: readonly Tensor[], key: Key) => S) | undefined {
  return calibrate && ((state, observations, key) => {
    const actor = calibrate(state.networks.actor, observations, { key });
    return { ...state, networks: { ...state.networks, actor } };
  });
}
