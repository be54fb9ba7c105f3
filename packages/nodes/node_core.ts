import { checkOptions } from "@spikeloop/errors";
import { type Key, key, split, uniform } from "@spikeloop/random";
import { needsNoise, rect, type Surrogate } from "@spikeloop/surrogate";
import type { Backend, Shape } from "@spikeloop/backend";
import { full, type Lateral, scan, stack, type Tensor, zeros } from "@spikeloop/tensor";
import {
  type Neuron,
  type NeuronKernel,
  neuronKernel,
  type NeuronParams,
  resolveParams,
  restOf,
} from "@spikeloop/neuron";
import { readBackend, readFlag, readKey, readSurrogate } from "./check_options.ts";
import type { States } from "./model_functions.ts";
import type { NodeDesign, NodeOptions, SpikingNodeOptions } from "./node_design.ts";

/** Tensors by their names in the state dictionary. */
export type NodeParameters = Readonly<Record<string, Tensor>>;

/** What of a node never changes, read from its options. */
export interface NodeCore {
  /** The class, for messages. */
  readonly name: string;
  readonly design: NodeDesign;
  /** All of the model's parameters. */
  readonly constants: NeuronParams;
  /** Those that are not null, rounded to float32. */
  readonly rounded: Readonly<Record<string, number>>;
  readonly surrogate: Surrogate;
  readonly detachReset: boolean;
  readonly storeVSeq: boolean;
  readonly key: Key;
  readonly backend: Backend | undefined;
  /** The parameters to start with. */
  readonly parameters: NodeParameters;
  /** The time step of the node's model, or of that with noise. */
  kernelOf(model: Neuron): NeuronKernel;
}

/**
 * Reads the options that all nodes share.
 *
 * @throws {TypeError} if an option is unknown or of the wrong kind.
 * @throws {RangeError} if a number is out of range.
 */
export function nodeCore(name: string, options: NodeOptions, design: NodeDesign): NodeCore {
  const { model, noise } = design;
  const given: SpikingNodeOptions & Readonly<Record<string, unknown>> = { ...options };
  if (model.noise !== undefined) {
    throw new TypeError(
      `Cannot make ${name}: neuron "${model.name}" reads noise, which this node does not give it`,
    );
  }
  const backend = readBackend(name, given.backend);
  const start = given.key === undefined ? key(0) : readKey(name, given.key);
  const parameters = design.parameters?.(start, { backend }) ?? {};
  const settable = Object.keys(model.params).filter((k) => !Object.hasOwn(parameters, k));
  checkOptions(`make ${name}`, given, [
    ...settable,
    ...design.options ?? [],
    ...model.fire ? ["surrogateFunction", "detachReset"] : [],
    ...["storeVSeq", "key", "backend"],
  ]);
  const constants = resolveParams(noise?.model ?? model, {
    ...design.defaults,
    ...chosen(given, settable),
  });
  const surrogate = given.surrogateFunction === undefined
    ? (design.surrogate ?? rect)()
    : readSurrogate(name, given.surrogateFunction);
  const detachReset = readFlag(name, "detachReset", given.detachReset ?? false);
  const storeVSeq = readFlag(name, "storeVSeq", given.storeVSeq ?? false);
  if (storeVSeq && !Object.hasOwn(restOf(model, constants), "v")) {
    throw new TypeError(`Cannot make ${name}: storeVSeq needs a state "v", which its model lacks`);
  }
  const kernels = new Map<Neuron, NeuronKernel>();
  return {
    name,
    design,
    constants,
    rounded: Object.fromEntries(
      Object.entries(constants).flatMap(([k, v]) => v === null ? [] : [[k, Math.fround(v)]]),
    ),
    surrogate,
    detachReset,
    storeVSeq,
    key: start,
    backend,
    parameters,
    kernelOf: (which) => {
      const kernel = kernels.get(which) ??
        neuronKernel(which, { params: constants, surrogate, detachReset });
      kernels.set(which, kernel);
      return kernel;
    },
  };
}

/** The model's parameters among the options; `resolveParams` checks their values. */
function chosen(given: Readonly<Record<string, unknown>>, names: readonly string[]) {
  return Object.fromEntries(
    names.flatMap((n) => given[n] === undefined ? [] : [[n, given[n] as number | null]]),
  );
}

/** The state [N, D] at rest. */
export function atRest({ design, constants }: NodeCore, shape: Shape, backend: Backend): States {
  const rest = restOf(design.model, constants);
  return Object.fromEntries(Object.keys(rest).map((s) => [s, full(shape, rest[s], { backend })]));
}

/** The connection inside populations, where there is one. */
export function lateralOf({ design }: NodeCore, parameters: NodeParameters): Lateral | undefined {
  const { "conn.weight": weight, "conn.bias": bias } = parameters;
  return design.group === undefined ? undefined : { group: design.group, weight, bias };
}

/** The noise [T, N, D] that a sequence x runs with: coloured, and for random spikes. */
export function noiseFor({ design, surrogate }: NodeCore, x: Tensor, from: Key): readonly Tensor[] {
  const colored = design.noise?.source.sequences(x) ?? [];
  if (design.model.fire === undefined || !needsNoise(surrogate)) return colored;
  const [steps, ...shape] = x.shape;
  const draws = split(split(from)[1], steps).map((k) => uniform(k, shape, { backend: x.backend }));
  return [...colored, stack(draws)];
}

/** What a sequence gives. */
export interface Course {
  readonly out: Tensor;
  readonly states: States;
  readonly vSeq: Tensor | undefined;
}

/** Runs a sequence as one kernel. */
export function runFused(
  core: NodeCore,
  parameters: NodeParameters,
  states: States,
  x: Tensor,
  noise: readonly Tensor[],
): Course {
  const { design, rounded, storeVSeq } = core;
  const isNoisy = design.noise?.source.isTraining ?? false;
  const { kernel, numbers } = core.kernelOf(
    isNoisy && design.noise ? design.noise.model : design.model,
  );
  const lateral = lateralOf(core, parameters);
  const [, batch, units] = x.shape;
  const result = scan(
    {
      kernel,
      units,
      params: [
        ...kernel.params.slice(0, kernel.params.length - numbers.length)
          .map((p) => parameters[p] ?? rounded[p]),
        ...numbers,
      ],
      lateral,
    },
    {
      values: kernel.states.map((s) => states[s]),
      lateral: lateral && zeros([batch, units], { backend: x.backend }),
    },
    x,
    { noise, trace: storeVSeq ? [kernel.states.indexOf("v")] : [] },
  );
  return {
    out: result.out,
    states: Object.fromEntries(kernel.states.map((s, i) => [s, result.state.values[i]])),
    vSeq: result.trace[0],
  };
}
