import { describe, fail, isRecord } from "@spikeloop/errors";
import { type Neuron, restOf } from "@spikeloop/neuron";
import { add, concat, elementwise, full, type Tensor, type Tree } from "@spikeloop/tensor";
import { divideOptions, divideSequenceKey } from "./divide_options.ts";
import { computesAsKnown } from "./known_layers.ts";
import type { Layer, RunOptions, Tensors } from "./layer.ts";
import { takeResult } from "./take_result.ts";
import { makePopulation, partsOf, type PopulationParts } from "./make_population.ts";
import { inLayer, type Network } from "./network.ts";
import type { Population } from "./population.ts";
import type { Residual } from "./residual.ts";
import { takeLayer } from "./take_layers.ts";

const action = "diagnose a network";

/** A run of a layer that is not made of layers. */
export interface Observation {
  /** Its path in the network, and in the params. */
  readonly path: readonly string[];
  /** The path as a text such as `block.fc`; the kind of a layer that is not in a network. */
  readonly name: string;
  readonly layer: Layer;
  readonly params: Tree;
  /** The name of the layer that sends its input; undefined for the input of the network. */
  readonly source: string | undefined;
  /** Its input, [T, N, ...]. */
  readonly x: Tensor;
  /** Its output. */
  readonly y: Tensor;
  /** The variables of a population after every step, [T, N, D]. */
  readonly variables: Tensors;
  /** How far the membranes of a population that fires were above the threshold, [T, N, D]. */
  readonly distance?: Tensor;
  /** The slope of its surrogate there. */
  readonly slope?: Tensor;
}

/** The arguments of a run of a layer, and its path. */
interface Run {
  readonly path: readonly string[];
  readonly source: string | undefined;
  readonly params: Tree;
  readonly state: Tree;
  readonly x: Tensor;
  readonly options: RunOptions;
}

/** Returns the part of the params or of the state of a network that is of one layer. */
function branchOf(role: string, tree: Tree, name: string): Tree {
  if (isRecord(tree) && Object.hasOwn(tree, name)) return tree[name] as Tree;
  return fail(action, `the ${role} ${describe(tree)} lacks layer ${name}`);
}

/**
 * Runs a layer over a sequence as `multiStep` does, adds what the layers inside of it did to
 * `observations`, in order, and returns its output.
 */
export function observe(layer: Layer, run: Run, observations: Observation[]): Tensor {
  const { path, params, state, x, options, source } = run;
  const { layers, kind } = layer as Partial<Network>;
  // A copy with other maths doesn't run the layers of the original.
  const isWhole = computesAsKnown(layer);
  if (isWhole && isRecord(layers) && (kind === "sequential" || kind === "parallel")) {
    const names = Object.keys(layers);
    const settings = divideOptions(
      action,
      names,
      options,
      (key) => divideSequenceKey(action, key, x.shape[0], names.length),
    );
    let [input, from] = [x, source];
    const outputs = names.map((own, i) => {
      const inner = [...path, own];
      const y = observe(takeLayer(action, `layer ${inner.join(".")}`, layers[own]), {
        path: inner,
        source: from,
        x: input,
        options: settings[i],
        params: branchOf("params", params, own),
        state: branchOf("state", state, own),
      }, observations);
      if (kind === "sequential") [input, from] = [y, inner.join(".")];
      return y;
    });
    return kind === "sequential" ? input : concat(outputs, -1);
  }
  const inner = (layer as Partial<Residual>).layer;
  if (isWhole && inner !== undefined && kind?.startsWith("residual")) {
    return add(x, observe(takeLayer(action, "the layer of residual", inner), run, observations));
  }
  const name = path.join(".") || (layer.kind ?? "the layer");
  try {
    const observation = { path, name, source, layer, params, x, ...outputsOf(layer, run) };
    observations.push(observation);
    return observation.y;
  } catch (error) {
    throw path.length === 0 ? error : inLayer(name, error);
  }
}

/** Runs a layer that is not made of layers. */
function outputsOf(
  layer: Layer,
  { params, state, x, options }: Run,
): Pick<Observation, "y" | "variables" | "distance" | "slope"> {
  const parts = partsOf(layer);
  if (parts === undefined) {
    const [, y] = takeResult(action, layer.multiStep(params, state, x, options));
    return { y, variables: {} };
  }
  if (parts.model.fire === undefined) {
    const { spikes, trace } = (layer as Population).trace(
      params as Tensors,
      state as Tensors,
      x,
      options,
    );
    return { y: spikes, variables: trace };
  }
  const { population, name } = probeOf(layer as Population, parts);
  const rest = full([x.shape[1], parts.wiring.units], 0, { backend: x.backend });
  const before = { ...state as Tensors, [name]: rest };
  const { spikes, trace } = population.trace(params as Tensors, before, x, options);
  const { [name]: distance, ...variables } = trace;
  const { surrogate } = population;
  return {
    y: spikes,
    variables,
    distance,
    slope: elementwise(`slope of ${surrogate.name}`, 1, (u) => surrogate.slope(u))(distance),
  };
}

/** A population with one more variable, the distance to the threshold, which has this name. */
interface Probe {
  readonly population: Population;
  readonly name: string;
}

/** Compiled once per population. */
const probes = /* @__PURE__ */ new WeakMap<Population, Probe>();

function probeOf(population: Population, { model, wiring, options }: PopulationParts): Probe {
  let probe = probes.get(population);
  if (probe === undefined) {
    const name = `distance_${Object.keys(restOf(model, population.constants)).join("_")}`;
    const probing: Neuron = {
      ...model,
      rest: (params) => ({ ...restOf(model, params), [name]: 0 }),
      charge: (state, x, params, noise) => {
        const after = model.charge(state, x, params, noise);
        return { ...after, [name]: model.fire?.(after, params) ?? after[name] };
      },
    };
    probe = { population: makePopulation(probing, wiring, options, population.constants), name };
    probes.set(population, probe);
  }
  return probe;
}
