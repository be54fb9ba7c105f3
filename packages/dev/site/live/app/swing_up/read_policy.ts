import type { ILCSan } from "@spikeloop/actor";
import { type Policy, readPolicy as readCheckpointPolicy } from "@spikeloop/training";

/** A policy whose network shows its spikes. */
export interface SpikingPolicy extends Policy {
  readonly actor: ILCSan;
}

/**
 * Reads a policy for the pendulum out of a checkpoint of the library.
 *
 * @throws {Error} if it is of another kind of network, or for another task.
 */
export function readPolicy(bytes: Uint8Array): SpikingPolicy {
  return forPendulum(readCheckpointPolicy(bytes));
}

/**
 * Checks that a policy shows its spikes, and fits the pendulum.
 *
 * @throws {TypeError} if it does not.
 */
export function forPendulum(policy: Policy): SpikingPolicy {
  const { kind, observationSpace, head } = policy.actor;
  if (kind !== "ilc-san") {
    throw new TypeError(`The file holds a network of the kind ${kind}; this page shows ILC-SANs`);
  }
  const [obsDim, actDim] = [observationSpace.low.length, head.actDim];
  if (obsDim !== 3 || actDim !== 1) {
    throw new TypeError(
      `obsDim of the network is ${obsDim} and actDim is ${actDim}, so it is of another ` +
        "task: a pendulum has 3 observations (cosine, sine and speed) and 1 action",
    );
  }
  return policy as SpikingPolicy;
}
