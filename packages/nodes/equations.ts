import { describe } from "@spikeloop/errors";
import { sameShape, showShape } from "@spikeloop/backend";
import { Tensor } from "@spikeloop/tensor";

/** The equations of a node that a subclass may write itself, with functions of tensors. */
export interface Equations {
  /** Charges the membrane with x [N, D]. */
  neuronalCharge(x: Tensor): void;
  /** The spikes [N, D] of the charged membrane. */
  neuronalFire(): Tensor;
  /** Resets the membrane of the units that have spiked. */
  neuronalReset(spike: Tensor): void;
  /** Sets the state before the first step x [N, D]. */
  initTensor(x: Tensor): void;
}

/** Whether two nodes, or prototypes, have the same four equations. */
export function sharesEquations(a: Equations, b: Equations): boolean {
  return a.neuronalCharge === b.neuronalCharge && a.neuronalFire === b.neuronalFire &&
    a.neuronalReset === b.neuronalReset && a.initTensor === b.initTensor;
}

/**
 * Runs a node's `neuronalCharge`.
 *
 * @throws {TypeError} if it returns something, where it should have set the membrane.
 */
export function charge(node: string, equations: Equations, x: Tensor): void {
  const returned: unknown = equations.neuronalCharge(x);
  if (returned === undefined) return;
  throw new TypeError(
    `Cannot run ${node}: neuronalCharge() returned ${
      describe(returned)
    }, expected nothing; it sets this.v`,
  );
}

/**
 * What a node's `neuronalFire` returns after x.
 *
 * @throws {TypeError} if that is no tensor of the shape of x.
 */
export function fire(node: string, equations: Equations, x: Tensor): Tensor {
  const spike: unknown = equations.neuronalFire();
  if (spike instanceof Tensor && sameShape(spike.shape, x.shape)) return spike;
  const given = spike === undefined ? "nothing" : describe(spike);
  throw new TypeError(
    `Cannot run ${node}: neuronalFire() returned ${given}, expected a tensor of shape ${
      showShape(x.shape)
    }`,
  );
}
