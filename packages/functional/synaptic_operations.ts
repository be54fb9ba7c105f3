import { showShape } from "@spikeloop/backend";
import { checkOptions, fail } from "@spikeloop/errors";
import {
  checkTensor,
  concat,
  slice,
  type Tensor,
  type Tree,
  treeLeaves,
  zeros,
} from "@spikeloop/tensor";
import {
  type ActivityRecord,
  countOperations,
  type OperationCounts,
  type RecordedConnection,
} from "./count_operations.ts";
import type { Layer, RunOptions, Tensors } from "./layer.ts";
import { partsOf } from "./make_population.ts";
import { type Observation, observe } from "./observe.ts";
import type { Population } from "./population.ts";
import { runOptionNames } from "./run_options.ts";
import { takeLayer } from "./take_layers.ts";

const action = "run synapticOperations";

/** The operations of a network. */
export interface NetworkOperations extends OperationCounts {
  /** The names of layers of other kinds that have parameters: nothing of theirs is counted. */
  readonly uncounted: readonly string[];
}

/**
 * Runs a network and counts its synaptic operations, as `countOperations` defines them: those of
 * linear layers and of the lateral connections of populations, which hear the spikes of earlier
 * steps. Dropout and read-outs have none; fold normalization into the weights first, by
 * `foldBatchNorm`.
 *
 * @param x The input, [T, N, ...]. If it holds spikes, the first layer adds; else it multiplies.
 * @throws {TypeError} if `net` is no layer, an option is unknown, or params or input do not fit.
 * The promise fails with it.
 * @throws {RangeError} if the input has no steps or no rows. The promise fails with it.
 *
 * @example
 * ```ts
 * import { linear, plain, sequential, synapticOperations } from "@spikeloop/functional";
 * import { lif } from "@spikeloop/neuron";
 * import { key, uniform } from "@spikeloop/random";
 * import { assert } from "@std/assert";
 *
 * const net = sequential({
 *   fc1: linear({ inFeatures: 4, outFeatures: 16 }),
 *   hidden: plain(lif, { units: 16 }),
 *   fc2: linear({ inFeatures: 16, outFeatures: 2 }),
 * });
 * const x = uniform(key(1), [10, 8, 4]); // ten steps of eight samples, no spikes
 * const counts = await synapticOperations(net, net.init(key(0)), x);
 * assert(counts.effectiveMACs === 10 * 4 * 16); // of fc1
 * assert(counts.effectiveACs < 10 * 16 * 2); // of fc2, which hears spikes
 * ```
 */
export async function synapticOperations<P extends Tree, S extends Tree>(
  net: Layer<P, S>,
  params: NoInfer<P>,
  x: Tensor,
  options: RunOptions = {},
): Promise<NetworkOperations> {
  takeLayer(action, "the network", net);
  checkTensor("synapticOperations", "the input", x);
  checkOptions(action, options, runOptionNames);
  const shape = showShape(x.shape);
  if (x.shape.length < 2) fail(action, `the input has shape ${shape}, expected [T, N, ...]`);
  if (x.size === 0) fail(action, `the input has shape ${shape}, expected no 0`, RangeError);
  net.bind(params); // checks the params, by all their names
  const state = net.initialState(x.shape[1], { backend: x.backend });
  const observations: Observation[] = [];
  observe(net as Layer, { path: [], source: undefined, params, state, x, options }, observations);

  const record: ActivityRecord = {
    connections: observations.flatMap(connectionOf),
    populations: observations.flatMap(({ name, layer, y }) =>
      partsOf(layer)?.model.fire === undefined ? [] : [{
        name,
        output: y,
        variables: Object.keys((layer as Population).initialState(1)).length,
      }]
    ),
    parameters: treeLeaves(params).reduce((sum, { size }) => sum + size, 0),
  };
  const uncounted = observations.filter(({ layer, params }) =>
    layer.kind !== "linear" && partsOf(layer) === undefined && treeLeaves(params).length > 0
  );
  return { ...await countOperations(record), uncounted: uncounted.map(({ name }) => name) };
}

/** The connection of a linear layer, or the lateral one of a population. */
function connectionOf({ name, layer, params, x, y }: Observation): RecordedConnection[] {
  const { weight } = params as Tensors;
  if (layer.kind === "linear") return [{ name, weight, input: x }];
  const wiring = partsOf(layer)?.wiring;
  if (wiring === undefined || wiring.group === 0) return [];
  const { delay = 1, effectiveWeight } = wiring.connection ?? {};
  const [steps, rows, units] = y.shape;
  const late = Math.min(delay, steps);
  const silence = zeros([late, rows, units], { backend: y.backend });
  return [{
    name: `${name} (lateral)`,
    weight: effectiveWeight?.(weight) ?? weight,
    input: concat([silence, slice(y, 0, steps - late)], 0),
    isRecurrent: true,
  }];
}
