import { fail } from "@spikeloop/errors";
import type { Layer } from "./layer.ts";
import { type Features, type Layers, makeNetwork, type Network } from "./network.ts";
import { showLayer, takeLayers } from "./take_layers.ts";

/**
 * Makes a network of layers that run one after another, each on the output of the one before.
 * Params and state have one record per layer. `multiStep` runs layer by layer, each over the whole
 * sequence, so that populations run as one kernel and linear layers as one product. It equals
 * `step` repeated: values bit for bit on the CPU.
 *
 * A key is split by layer, in order: layer i gets `split(key, count)[i]`, for `init` and for every
 * step.
 *
 * @throws {TypeError} if a value is not a layer, or a read-out is not the last one.
 * @throws {TypeError} if the sizes of neighbours do not fit; the message names both.
 * @throws {RangeError} if a name is empty, an integer, which JavaScript would move to the front, or
 * has a dot.
 *
 * @example
 * ```ts
 * import { linear, plain, sequential } from "@spikeloop/functional";
 * import { leakyIntegrator, lif } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const net = sequential({
 *   fc1: linear({ inFeatures: 4, outFeatures: 8 }),
 *   hidden: plain(lif, { units: 8 }),
 *   fc2: linear({ inFeatures: 8, outFeatures: 2 }),
 *   out: plain(leakyIntegrator, { units: 2 }),
 * });
 * const params = net.init(key(0));
 * assertEquals(params.fc2.weight.shape, [2, 8]);
 *
 * const xSeq = ones([5, 3, 4]);
 * const [state, ySeq] = net.multiStep(params, net.initialState(3), xSeq);
 * assertEquals([state.hidden.v.shape, ySeq.shape], [[3, 8], [5, 3, 2]]);
 *
 * const { layers, rates } = net.inspect(params, net.initialState(3), xSeq);
 * assertEquals([layers.hidden.shape, rates.hidden.shape], [[5, 3, 8], [8]]);
 * ```
 */
export function sequential<const L extends Layers>(layers: L): Network<L> {
  const parts = takeLayers("make sequential", layers);
  const names = Object.keys(parts);
  return makeNetwork("sequential", parts as L, featuresOf(parts), (x, run) => {
    for (let i = 0; i < names.length; i++) x = run(i, x);
    return x;
  }, (parts) => parts.flat());
}

/** Checks the sizes of neighbours, and returns those of the whole. */
function featuresOf(layers: Layers): Features {
  const action = "make sequential";
  let inFeatures: number | undefined;
  // Of the layers so far.
  let outFeatures: Layer["outFeatures"] = "same";
  let source = "";
  let readOut: string | undefined;
  for (const [name, layer] of Object.entries(layers)) {
    const label = showLayer(name, layer);
    if (readOut !== undefined) {
      fail(action, `${readOut} comes before ${label}, expected a read-out at the end`);
    }
    const own = layer.inFeatures;
    if (typeof outFeatures === "number" && own !== undefined && own !== outFeatures) {
      fail(
        action,
        `${source} has outFeatures ${outFeatures}, and ${label} after it inFeatures ${own}, ` +
          "expected the same",
      );
    }
    if (outFeatures === "same") inFeatures = own;
    if (layer.outFeatures !== "same" || own !== undefined) source = label;
    outFeatures = layer.outFeatures === "same" ? own ?? outFeatures : layer.outFeatures;
    if (layer.isReadOut) readOut = label;
  }
  return { inFeatures, outFeatures, isReadOut: readOut !== undefined };
}
