// Every argument, option and field of the readers and writers of NIR and safetensors, with values
// of all kinds: what is refused is refused in our words.
import { assertEquals } from "@std/assert";
import { foreignErrors } from "@spikeloop/dev/testing";
import { cubaLif, integrateAndFire, lif } from "@spikeloop/neuron";
import { full, ones } from "@spikeloop/tensor";
import {
  exactCubaLif,
  neuronFromNir,
  neuronToNir,
  readNir,
  readSafetensors,
  restore,
  writeNir,
  writeSafetensors,
} from "./mod.ts";

const x = (value: number) => full([3], value);
const rates = { r: x(1), vLeak: x(0), vThreshold: x(1), vReset: x(0) };
const nodes = {
  IF: { type: "IF", r: x(1), vThreshold: x(1), vReset: x(0) },
  LIF: { type: "LIF", tau: x(0.02), ...rates },
  CubaLIF: { type: "CubaLIF", tauSyn: x(0.01), tauMem: x(0.02), wIn: x(1), ...rates },
};
const graph = {
  type: "NIRGraph",
  nodes: {
    ...nodes,
    a: { type: "Input", shape: [3] },
    f: { type: "Flatten", inputType: [3], startDim: 0, endDim: 1 },
    w: { type: "Linear", weight: ones([2, 3]), metadata: { n: 1, t: "t", l: ["a"], r: { x: 1 } } },
    g: { type: "NIRGraph", nodes: {}, edges: [] },
  },
  edges: [["a", "f"]],
  metadata: { x: ones([2]) },
};
const stepping = { dt: 0.001, method: "exact" };

// deno-lint-ignore no-explicit-any
type Any = any;
const calls: readonly (readonly [name: string, f: Any, ...args: unknown[]])[] = [
  ["readNir", readNir, writeNir(graph as Any), { backend: undefined, maxBytes: 1e6 }],
  ["writeNir", writeNir, graph],
  ["readSafetensors", readSafetensors, writeSafetensors({ x: ones([2]) }), { maxBytes: 1e6 }],
  [
    "writeSafetensors",
    writeSafetensors,
    { a: ones([2]), b: { weight: ones([1]) } },
    { a: "text" },
    { dtype: "F16" },
  ],
  ["writeSafetensors", writeSafetensors, { a: ones([2]) }, { a: "text" }, { dtype: "BF16" }],
  ["restore", restore, writeSafetensors({ x: ones([2]) }), { x: ones([2]) }, { maxBytes: 1e6 }],
  ["restore", restore, { "x.y": ones([2]), z: ones([]) }, { x: { y: ones([2]) }, z: 1 }],
  ...Object.values(nodes).map((node) => ["neuronFromNir", neuronFromNir, node, stepping] as const),
  ["neuronToNir", neuronToNir, lif, { vDecay: 0.5, vThreshold: x(1) }, { ...stepping, units: 3 }],
  ["neuronToNir", neuronToNir, integrateAndFire, { vReset: 0 }, { dt: 1, units: 3 }],
  ["neuronToNir", neuronToNir, cubaLif, { cDecay: x(0.5) }, { dt: 1, method: "euler", units: 3 }],
  ["neuronToNir", neuronToNir, exactCubaLif, { inputGain: x(0.5) }, { ...stepping, units: 3 }],
];

/** Ours, and short. */
const words = /^(?=.{10,999}$)Cannot (read (the|a) |restore|write|convert the neuron|use neuron)/s;

for (const [name, run, ...args] of calls) {
  Deno.test(`${name}() with wrong values of all kinds is refused in our words: ${describeCall(args)}`, async () => {
    const call = { name, run, args: () => args, words, mayBeLarge: /^$/ };
    assertEquals(await foreignErrors(call), []);
  });
}

/** The arguments of a call in a few words. */
function describeCall(args: readonly unknown[]): string {
  return args.map((arg) => (arg as Any)?.type ?? (arg as Any)?.name ?? typeof arg).join(", ");
}
