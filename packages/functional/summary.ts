import { fail, isRecord } from "@spikeloop/errors";
import { type Tree, treeLeaves } from "@spikeloop/tensor";
import type { Layer } from "./layer.ts";
import type { Network } from "./network.ts";
import { takeLayer } from "./take_layers.ts";
import { textTable } from "./text_table.ts";

/** One line of the table. */
type Row = readonly [name: string, kind: string, output: string, parameters: string];

/**
 * Returns a table of a network's layers as text: name, kind, size of the output, and number of
 * parameters. Layers of inner networks have names such as `block.fc`.
 *
 * @throws {TypeError} if the layer is none, or `params` are not its params.
 *
 * @example
 * ```ts
 * import { linear, plain, sequential, summary } from "@spikeloop/functional";
 * import { lif } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const net = sequential({
 *   fc: linear({ inFeatures: 4, outFeatures: 8 }),
 *   spikes: plain(lif, { units: 8 }),
 * });
 * assertEquals(
 *   summary(net, net.init(key(0))),
 *   [
 *     "name    kind        output  parameters",
 *     "fc      linear      [N, 8]          40",
 *     "spikes  plain lif   [N, 8]           0",
 *     "total   sequential  [N, 8]          40",
 *   ].join("\n"),
 * );
 * ```
 */
export function summary<P, S>(layer: Layer<P, S>, params: P): string {
  takeLayer(action, "the network", layer);
  const rows: Row[] = [
    ["name", "kind", "output", "parameters"],
    ...rowsOf("", layer as Layer, params, layer.inFeatures),
    rowOf("total", layer as Layer, params, layer.inFeatures),
  ];
  return textTable(rows, 3);
}

const action = "summarize a network";

/** Returns the rows of the layers of a network; a layer that is no network has one row. */
function rowsOf(path: string, layer: Layer, params: unknown, features: number | undefined): Row[] {
  const { layers } = layer as Partial<Network>;
  if (!isRecord(layers)) return [rowOf(path || "layer", layer, params, features)];
  let before = layer.inFeatures ?? features;
  return Object.entries(layers).flatMap(([name, part]) => {
    const where = path === "" ? name : `${path}.${name}`;
    takeLayer(action, `layer ${where}`, part);
    const own = isRecord(params) ? params[name] : undefined;
    if (own === undefined) fail(action, `params lack ${where}, expected those made with init(key)`);
    const rows = rowsOf(where, part, own, before);
    if (layer.kind === "sequential") before = sizeAfter(part, before);
    return rows;
  });
}

function rowOf(name: string, layer: Layer, params: unknown, features: number | undefined): Row {
  const leaves = treeLeaves(params as Tree, name === "total" ? "params" : `params.${name}`);
  const count = leaves.reduce((total, { size }) => total + size, 0);
  const size = sizeAfter(layer, features) ?? "...";
  return [name, layer.kind ?? "own", `[N, ${size}]`, count.toLocaleString("en")];
}

/** The size of a layer's output after an input of this size, if it is known. */
function sizeAfter({ inFeatures, outFeatures }: Layer, features?: number): number | undefined {
  return outFeatures === "same" ? inFeatures ?? features : outFeatures;
}
