// Nodes whose equations are functions of tensors: they run step by step.
import { defineScan, sameShape, type ScanKernel, showShape } from "@spikeloop/backend";
import { describe, fail } from "@spikeloop/errors";
import { input } from "@spikeloop/expr";
import {
  add,
  bindScan,
  type Lateral,
  reshape,
  slice,
  stack,
  Tensor,
  zeros,
} from "@spikeloop/tensor";

/** The equations of a node that a subclass may override. */
export interface Equations {
  /** Charges the membrane with x [N, D]. */
  neuronalCharge(x: Tensor): void;
  /** Returns the spikes [N, D] of the charged membrane. */
  neuronalFire(): Tensor;
  /** Resets the membrane of the units that have spiked. */
  neuronalReset(spike: Tensor): void;
  /** Sets the state before the first step x [N, D]. */
  initTensor(x: Tensor): void;
}

/** Whether two nodes, or prototypes, have the same four equations. */
export function sameEquations(a: Equations, b: Equations): boolean {
  return a.neuronalCharge === b.neuronalCharge && a.neuronalFire === b.neuronalFire &&
    a.neuronalReset === b.neuronalReset && a.initTensor === b.initTensor;
}

/**
 * Runs a node's `neuronalCharge`.
 *
 * @throws {TypeError} if it returns something.
 */
export function charge(node: string, equations: Equations, x: Tensor): void {
  const value: unknown = equations.neuronalCharge(x);
  if (value === undefined) return;
  fail(
    `run ${node}`,
    `neuronalCharge() returned ${describe(value)}, expected nothing; it sets this.v`,
  );
}

/**
 * Runs a node's `neuronalFire` after x.
 *
 * @throws {TypeError} if it does not return a tensor of the shape of x.
 */
export function fire(node: string, equations: Equations, { shape }: Tensor): Tensor {
  const spike: unknown = equations.neuronalFire();
  if (spike instanceof Tensor && sameShape(spike.shape, shape)) return spike;
  const value = spike === undefined ? "nothing" : describe(spike);
  return fail(
    `run ${node}`,
    `neuronalFire() returned ${value}, expected a tensor of shape ${showShape(shape)}`,
  );
}

/** Returns step t [N, D] of a sequence [T, N, D]. */
export function stepOf(xSeq: Tensor, t: number): Tensor {
  return reshape(slice(xSeq, t, t + 1), xSeq.shape.slice(1));
}

/**
 * Runs T steps, one after another.
 *
 * @param send Returns the lateral current [N, D] of an output; units are not connected without it.
 * @param step Returns the output [N, D] of x [N, D] at step t.
 */
export function runSteps(
  xSeq: Tensor,
  send: ((out: Tensor) => Tensor) | undefined,
  step: (x: Tensor, t: number) => Tensor,
): Tensor {
  const outs: Tensor[] = [];
  for (let t = 0; t < xSeq.shape[0]; t++) {
    const x = stepOf(xSeq, t);
    outs.push(step(t > 0 && send ? add(x, send(outs[t - 1])) : x, t));
  }
  return stack(outs);
}

const relays = new Map<boolean, ScanKernel>();

/** A unit that sends its input on; only its lateral current is of use. */
function relay(binary: boolean): ScanKernel {
  let kernel = relays.get(binary);
  if (kernel === undefined) {
    const out = input("x");
    kernel = defineScan({ name: "relay", states: [], params: [], out, next: [], binary });
    relays.set(binary, kernel);
  }
  return kernel;
}

/**
 * Returns the function from outputs [N, D] to the current [N, D] that they send through a
 * connection. Values and gradients have the bits of a fused run.
 */
export function lateralSender(lateral: Lateral): (out: Tensor) => Tensor {
  const units = lateral.bias.shape[0];
  const bind = (binary: boolean) => bindScan({ kernel: relay(binary), units, params: [], lateral });
  const bindings = new Map<boolean, ReturnType<typeof bind>>();
  return (out) => {
    const run = bindings.get(out.binary) ?? bind(out.binary);
    bindings.set(out.binary, run);
    const silence = zeros(out.shape, { backend: out.backend });
    return run({ values: [], lateral: silence }, out).state.lateral ?? silence;
  };
}
