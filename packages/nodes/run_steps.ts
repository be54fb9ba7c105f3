// Nodes whose equations are functions of tensors: they run step by step.
import { makeScan, sameShape, type ScanKernel, showShape } from "@spikeloop/backend";
import { describe, fail } from "@spikeloop/errors";
import { makeInput } from "@spikeloop/expr";
import type { Population } from "@spikeloop/functional";
import { surrogateNoise } from "@spikeloop/neuron";
import { fractions, type Key, split } from "@spikeloop/random";
import {
  add,
  CheckedScanSetting,
  fillTensor,
  type Lateral,
  partAt,
  scanStepper,
  stackAt,
  Tensor,
  uploadTensor,
} from "@spikeloop/tensor";
import type { NodeParameters, NoiseRecord } from "./node_design.ts";

/** The equations of a node that a subclass may override. */
type Equations = Readonly<
  Record<"initTensor" | "neuronalCharge" | "neuronalFire" | "neuronalReset", unknown>
>;

/** Whether two nodes, or prototypes, have the same equations. */
export function sameEquations(a: Equations, b: Equations): boolean {
  return a.neuronalCharge === b.neuronalCharge && a.neuronalFire === b.neuronalFire &&
    a.neuronalReset === b.neuronalReset && a.initTensor === b.initTensor;
}

/**
 * Checks the result of a node's `neuronalCharge`.
 *
 * @throws {TypeError} if it returned something.
 */
export function checkCharge(node: string, value: unknown): void {
  if (value !== undefined) refuseResult(node, "Charge", value, "nothing; it sets this.v");
}

/**
 * Returns the result of a node's `neuronalFire` after x.
 *
 * @throws {TypeError} if it is not a tensor of the shape of x.
 */
export function checkSpikes(node: string, spike: unknown, { shape }: Tensor): Tensor {
  return spike instanceof Tensor && sameShape(spike.shape, shape)
    ? spike
    : refuseResult(node, "Fire", spike, `a tensor of shape ${showShape(shape)}`);
}

function refuseResult(node: string, equation: string, value: unknown, expected: string): never {
  const result = value === undefined ? "nothing" : describe(value);
  return fail(`run ${node}`, `neuronal${equation}() returned ${result}, expected ${expected}`);
}

/** One step of a sequence. */
export interface NodeStep {
  /** The input [N, D], the lateral current included. */
  readonly x: Tensor;
  /** The step of every noise, [N, D]. */
  readonly noise: NoiseRecord;
  /** Uniform numbers in [0, 1), [N, D], if the surrogate fires at random. */
  readonly surrogateNoise: Tensor | undefined;
}

/**
 * Runs T steps, one after another.
 *
 * @param parameters The node's; a population with groups reads its connection there.
 * @param noise Sequences [T, N, D].
 * @param key Draws the numbers of a surrogate that fires at random.
 * @param run Returns the output [N, D] of a step.
 */
export function runSteps(
  { group, noise: reads }: Population,
  parameters: NodeParameters,
  xSeq: Tensor,
  noise: NoiseRecord,
  key: Key,
  run: (step: NodeStep) => Tensor,
): Tensor {
  const { shape: [steps], backend } = xSeq;
  const { "conn.weight": weight, "conn.bias": bias } = parameters;
  const send = group === 0 ? undefined : lateralSender({ group, weight, bias });
  const keys = reads.includes(surrogateNoise) ? split(key, steps) : [];
  const outs: Tensor[] = [];
  for (let t = 0; t < steps; t++) {
    const x = partAt(xSeq, t);
    outs.push(run({
      x: t > 0 && send ? add(x, send(outs[t - 1])) : x,
      noise: Object.fromEntries(Object.entries(noise).map(([name, n]) => [name, partAt(n, t)])),
      surrogateNoise: keys[t] && uploadTensor(fractions(keys[t], x.size), x.shape, { backend }),
    }));
  }
  return stackAt(outs, 0);
}

/** Makes a unit that sends its input on; only its lateral current is of use. */
function relay(binary: boolean): ScanKernel {
  return makeScan({ name: "relay", states: [], params: [], out: makeInput("x"), next: [], binary });
}

const binaryRelay: ScanKernel = /* @__PURE__ */ relay(true);
const gradedRelay: ScanKernel = /* @__PURE__ */ relay(false);

/**
 * Returns the function from outputs [N, D] to the current [N, D] that they send through a
 * connection. Values and gradients have the bits of a fused run.
 */
function lateralSender(lateral: Lateral): (out: Tensor) => Tensor {
  const units = lateral.bias.shape[0];
  const bind = (kernel: ScanKernel) =>
    scanStepper(new CheckedScanSetting({ kernel, units, params: [], lateral }));
  const bindings = new Map<ScanKernel, ReturnType<typeof bind>>();
  return (out) => {
    const kernel = out.binary ? binaryRelay : gradedRelay;
    const run = bindings.get(kernel) ?? bind(kernel);
    bindings.set(kernel, run);
    const silence = fillTensor(out.shape, 0, { backend: out.backend });
    const state = { values: [], lateral: silence };
    run(state, out, state, []);
    return state.lateral;
  };
}
