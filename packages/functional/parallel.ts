import { fail } from "@spikeloop/errors";
import { concat } from "@spikeloop/tensor";
import { type Features, type Layers, makeNetwork, type Network } from "./network.ts";
import { showLayer, takeLayers } from "./take_layers.ts";

/**
 * Makes a network of layers that run side by side on the same input. Their outputs stand one after
 * another along the last axis, in order. Params and state have one record per layer, and keys are
 * split as in `sequential`.
 *
 * @throws {TypeError} if a value is not a layer, the layers take inputs of different sizes, or some
 * are read-outs and others are not.
 * @throws {RangeError} if a name is empty, an integer, which JavaScript would move to the front, or
 * has a dot.
 *
 * @example Fast and slow units.
 * ```ts
 * import { parallel, plain } from "@spikeloop/functional";
 * import { lif } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const both = parallel({
 *   fast: plain(lif, { units: 3, params: { vDecay: 0.5 } }),
 *   slow: plain(lif, { units: 3, params: { vDecay: 0.95 } }),
 * });
 * const [state, y] = both.multiStep(both.init(key(0)), both.initialState(2), ones([4, 2, 3]));
 * assertEquals([state.slow.v.shape, y.shape], [[2, 3], [4, 2, 6]]);
 * ```
 */
export function parallel<const L extends Layers>(layers: L): Network<L> {
  const parts = takeLayers("make parallel", layers);
  const names = Object.keys(parts);
  return makeNetwork(
    "parallel",
    parts as L,
    featuresOf(parts),
    (x, run) => concat(names.map((_, i) => run(i, x)), -1),
    (branches) => [{ kind: "parallel", branches }],
  );
}

/** Checks that the layers take one input, and returns the sizes of the whole. */
function featuresOf(layers: Layers): Features {
  const action = "make parallel";
  const entries = Object.entries(layers);
  const sized = entries.find(([, { inFeatures }]) => inFeatures !== undefined);
  const inFeatures = sized?.[1].inFeatures;
  for (const [name, layer] of entries) {
    if (sized === undefined || layer.inFeatures === undefined) continue;
    if (layer.inFeatures !== inFeatures) {
      const [first, other] = [showLayer(...sized), showLayer(name, layer)];
      fail(
        action,
        `${first} has inFeatures ${inFeatures} and ${other} ${layer.inFeatures}, expected the same`,
      );
    }
  }
  const isReadOut = entries.some(([, layer]) => layer.isReadOut);
  const other = entries.find(([, layer]) => !layer.isReadOut);
  if (isReadOut && other !== undefined) {
    fail(
      action,
      `some layers are read-outs and ${showLayer(...other)} is not, expected all or none`,
    );
  }
  const sizes = entries.map(([, { outFeatures }]) =>
    outFeatures === "same" ? inFeatures : outFeatures
  );
  const known = sizes.filter((size) => size !== undefined);
  const outFeatures = known.length < sizes.length
    ? undefined
    : known.reduce((total, size) => total + size, 0);
  return { inFeatures, outFeatures, isReadOut };
}
