import { checkOptions, takeCount, takeList, takeOneOf } from "@spikeloop/errors";
import { makeKernel, type Neuron, type NeuronParams, restAt } from "@spikeloop/neuron";
import type { Key } from "@spikeloop/random";
import { rect } from "@spikeloop/surrogate";
import { fillTensor, scanSequence, scanStepper, type Tensor } from "@spikeloop/tensor";
import type { CheckedConnection } from "./connection.ts";
import { freezeLayer } from "./freeze_layer.ts";
import { paramsReader } from "./params_reader.ts";
import { initUniform } from "./init_uniform.ts";
import { resolveNoise } from "./noise.ts";
import { runOptionNames } from "./run_options.ts";
import type { Placement, StepFunction, Tensors } from "./layer.ts";
import type { Population, PopulationOptions, TraceOptions } from "./population.ts";
import { stateRecord } from "./state_record.ts";

/** The connections between the units of a population. */
export interface Wiring {
  /** The function that the user called, for messages. */
  readonly name: string;
  /** D. */
  readonly units: number;
  /** P, the size of the groups whose units are wired to each other and themselves; 0 for none. */
  readonly group: number;
  /** Absent where all units of a group hear all, with weights of any sign and a bias. */
  readonly connection?: CheckedConnection;
}

/** The arguments that made a population. */
export interface PopulationParts {
  readonly model: Neuron;
  readonly wiring: Wiring;
  readonly options: PopulationOptions;
}

const parts = /* @__PURE__ */ new WeakMap<object, PopulationParts>();

/** Returns the arguments that made a population; undefined for any other layer. */
export const partsOf = (layer: object): PopulationParts | undefined => parts.get(layer);

/**
 * Makes a population of any wiring, of checked options. `S` and `P` must be the names of its state
 * and its params.
 *
 * @param constants The parameters of the model.
 */
export function makePopulation<S extends string, P extends string>(
  model: Neuron,
  wiring: Wiring,
  options: PopulationOptions,
  constants: NeuronParams,
): Population<S, P> {
  const { name, units, group, connection } = wiring;
  const hasBias = group > 0 && connection?.hasBias !== false;
  const { surrogate = rect(), detachReset = false, flushDenormal = !hasBias } = options;
  const learned = [...new Set(options.learn)];
  const how = { params: constants, surrogate, detachReset, flushDenormal };
  const { kernel, numbers } = makeKernel(model, how);
  const label = `neuron "${model.name}"`;
  const rest = restAt(model, constants);
  const states = stateRecord(label, rest, group > 0, connection?.delay);
  const readParams = paramsReader(label, {
    kernel,
    numbers,
    units,
    group,
    connection,
    constants,
    learned,
  });
  const noiseNames = kernel.noise;

  function initialWeights(key: Key, placement: Placement): Tensors {
    const shapes = { weight: [units, 1, group], bias: [units] };
    const { weight, bias } = initUniform(key, group, shapes, placement);
    if (connection === undefined) return { weight, bias };
    return { weight: connection.initialWeight(weight), ...(connection.hasBias && { bias }) };
  }

  const bind = (params: Tensors) => {
    const run = scanStepper(readParams(params));
    const step: StepFunction<Tensors> = (state, x, options) => {
      const noise = resolveNoise(label, noiseNames, options, x);
      const list = states.read(state);
      const out = run(list, x, list, noise);
      return [states.write(list), out];
    };
    return step;
  };

  const trace = (params: Tensors, state: Tensors, xSeq: Tensor, options: TraceOptions = {}) => {
    const action = `trace ${label}`;
    checkOptions(action, options, ["names", ...runOptionNames]);
    const { names = kernel.states, ...runOptions } = options;
    const indices = takeList(
      action,
      "names",
      names,
      (_, entry, value) => kernel.states.indexOf(takeOneOf(action, entry, value, kernel.states)),
    );
    const noise = resolveNoise(label, noiseNames, runOptions, xSeq);
    const result = scanSequence(readParams(params), states.read(state), xSeq, noise, indices);
    return {
      state: states.write(result.state),
      spikes: result.out,
      trace: Object.fromEntries(names.map((n, i) => [n, result.trace[i]])),
    };
  };

  const population = freezeLayer<Population>({
    model,
    kind: `${name} ${model.name}`,
    units,
    inFeatures: units,
    outFeatures: units,
    group,
    surrogate,
    constants: Object.freeze(constants),
    learned,
    noise: noiseNames,
    ...group > 0 && {
      effectiveWeight: ({ weight }: Tensors) => connection?.effectiveWeight(weight) ?? weight,
    },
    init: (key, placement = {}) => {
      checkOptions(`make the parameters of ${label}`, placement, ["backend"]);
      return {
        ...(group > 0 && initialWeights(key, placement)),
        ...Object.fromEntries(
          learned.map((n) => [n, fillTensor([], constants[n] ?? 0, placement)]),
        ),
      };
    },
    initialState: (batch, placement) => {
      takeCount(`make the initial state of ${label}`, "batch", batch, 0);
      return states.atRest(batch, units, placement);
    },
    bind,
    multiStep: (params, state, xSeq, options) => {
      const noise = resolveNoise(label, noiseNames, options, xSeq);
      const result = scanSequence(readParams(params), states.read(state), xSeq, noise);
      return [states.write(result.state), result.out];
    },
    trace: trace as Population["trace"],
    ...noiseNames.length === 0 && {
      rowParts: (params) => [{ kind: "scan", setting: readParams(params), rest }],
    },
  });
  parts.set(population, { model, wiring, options });
  return population as Population<S, P>;
}
