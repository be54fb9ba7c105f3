import type { Actor, ActorParams } from "@spikeloop/actor";
import { fail } from "@spikeloop/errors";
import { neuronToNir, type NirGraph, type NirNode } from "@spikeloop/interchange";
import { cubaLif } from "@spikeloop/neuron";
import { type Tensor, tensor } from "@spikeloop/tensor";
import { isIlcSan } from "../take_actor.ts";

const action = "export the actor to NIR";

/**
 * The spiking layers of an ILC-SAN as a graph of NIR: from the spikes of the encoder to those of
 * the output population. NIR has neither the encoder nor the decoder.
 *
 * @param dt The length of a time step in seconds.
 * @throws {TypeError} if the actor is of another kind, or NIR lacks a part of it.
 * @throws {RangeError} if a parameter of its neuron has no place in NIR.
 */
export function nirOfActor(actor: Actor, learned: ActorParams, dt: number): NirGraph {
  if (!isIlcSan(actor)) fail(action, `it is of the kind ${actor.kind}, expected an ilc-san`);
  const params = actor.fold(learned);
  const { neuron = cubaLif, params: constants = {}, connection, encPopDim, obsDim, hiddenSizes } =
    actor.options;
  if (typeof connection === "object" && (connection.sign ?? connection.delay) !== undefined) {
    fail(action, "its connection has signs or a delay, which NIR lacks");
  }
  const names = Object.keys(params);
  const prefix = "snn.hidden_layers.";
  const linears = [...hiddenSizes, 0].map((_, i) => `${prefix}Linear${i}`);
  const nodes: Record<string, NirNode> = {
    input: { type: "Input", shape: [obsDim * encPopDim] },
  };
  const edges: [string, string][] = [];
  let last = "input";
  let units = 0;
  const add = (name: string, node: NirNode) => {
    nodes[name] = node;
    edges.push([last, name]);
    last = name;
  };
  const present = Object.entries(constants)
    .filter((pair): pair is [string, number | null] => pair[1] !== undefined);
  linears.forEach((name, i) => {
    const [weight, bias] = [params[`${name}.weight`], params[`${name}.bias`]];
    units = bias.size;
    add(`fc${i + 1}`, { type: "Affine", weight, bias });
    add(`population${i + 1}`, neuronToNir(neuron, Object.fromEntries(present), { units, dt }));
  });
  const lateral = names.find((name) => name.endsWith(".conn.weight"));
  if (lateral !== undefined) {
    const weight = blockDiagonal(params[lateral]);
    const bias: Tensor | undefined = params[lateral.replace(/weight$/, "bias")];
    nodes.lateral = bias === undefined
      ? { type: "Linear", weight }
      : { type: "Affine", weight, bias };
    edges.push([last, "lateral"], ["lateral", last]);
  }
  add("output", { type: "Output", shape: [units] });
  return { type: "NIRGraph", nodes, edges };
}

/** Puts the weights [D, 1, P] of groups of P units into a matrix [D, D]. */
function blockDiagonal(weight: Tensor): Tensor {
  const [units, , group] = weight.shape;
  const matrix = new Float32Array(units * units);
  weight.dataSync().forEach((w, i) => {
    const [unit, source] = [Math.floor(i / group), i % group];
    matrix[unit * units + Math.floor(unit / group) * group + source] = w;
  });
  return tensor(matrix, [units, units]);
}
