import { assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { leakyIntegrator, lif } from "@spikeloop/neuron";
import { key } from "@spikeloop/random";
import { ones, reshape, tensor, zeros } from "@spikeloop/tensor";
import {
  countOperations,
  energyCosts,
  estimateEnergy,
  ilc,
  linear,
  noSelf,
  plain,
  sequential,
  synapticOperations,
} from "./mod.ts";

const wrong = (value: unknown) => value as never;

// Three steps of two samples with two inputs, and three rows of weights.
const spikes = tensor([[[1, 0], [1, 1]], [[0, 0], [0, 1]], [[1, 1], [0, 0]]]);
const weight = tensor([[1, 0], [2, 3], [0, 0]]); // the first input reaches two rows, the second one

Deno.test("effective and dense operations are those that one counts by hand", async () => {
  const { connections, ...counts } = await countOperations({
    connections: [{ name: "fc", weight, input: spikes }],
    populations: [{ name: "units", output: spikes, variables: 2 }],
    parameters: 9, // a bias, too
  });
  // The first sample: 2 + 0 + 3, the second one: 3 + 1 + 0.
  assertEquals(connections, [{ name: "fc", kind: "AC", effective: 4.5, dense: 18 }]);
  assertEquals(counts, {
    effectiveACs: 4.5,
    effectiveMACs: 0,
    dense: 18,
    counterpart: 6,
    activationSparsity: 6 / 12,
    connectionSparsity: 3 / 6,
    footprint: 36,
    unitUpdates: 6,
    traffic: { weights: 18, states: 4 * 2 * 6 * 2, counterpart: 4 * (6 + 2 + 3) },
    rates: [{ name: "units", rate: 0.5 }],
  });
});

Deno.test("inputs that are no spikes multiply, those of -1, 0 and 1 add", async () => {
  const kindOf = async (value: number) => {
    const input = tensor([[[1, value]]]);
    const fc = { name: "fc", weight, input };
    const { effectiveACs, effectiveMACs } = await countOperations({
      connections: [fc],
      populations: [],
    });
    return [effectiveACs, effectiveMACs];
  };
  assertEquals(await Promise.all([-1, 0, 0.5].map(kindOf)), [[3, 0], [2, 0], [0, 3]]);
});

Deno.test("groups are heard by their own rows alone", async () => {
  // Two groups of two units: weights [4, 1, 2]; only unit 3 sends.
  const input = tensor([[[0, 0, 0, 1]]]);
  const lateral = tensor([[1, 1], [1, 1], [1, 0], [1, 1]]);
  const counts = await countOperations({
    connections: [
      { name: "ilc", weight: reshape(lateral, [4, 1, 2]), input, isRecurrent: true },
      // A decoder: one row per group.
      { name: "decoder", weight: reshape(tensor([[1, 1], [1, 1]]), [2, 1, 2]), input },
    ],
    populations: [],
  });
  assertEquals(counts.connections.map(({ effective, dense }) => [effective, dense]), [[1, 8], [
    1,
    4,
  ]]);
  assertEquals(counts.counterpart, 4); // without the recurrent weights
});

Deno.test("the operations of a network are those of its layers, lateral ones a step later", async () => {
  const net = sequential({
    fc: linear({ inFeatures: 2, outFeatures: 4 }),
    hidden: ilc(lif, { actDim: 2, decPopDim: 2, connection: { mask: noSelf, delay: 2 } }),
    out: linear({ inFeatures: 4, outFeatures: 1, bias: false }),
    membrane: plain(leakyIntegrator, { units: 1 }),
  });
  const params = net.init(key(0));
  const always = {
    ...params,
    fc: { weight: ones([4, 2]), bias: ones([4]) },
    hidden: { weight: ones([4, 1, 2]), bias: zeros([4]) },
  };
  const counts = await synapticOperations(net, always, ones([5, 3, 2]));
  // All units fire at all five steps. Lateral spikes of three steps arrive, at one other unit each.
  assertEquals(counts.rates, [{ name: "hidden", rate: 1 }]);
  assertEquals(counts.connections, [
    { name: "fc", kind: "AC", effective: 40, dense: 40 },
    { name: "hidden (lateral)", kind: "AC", effective: 12, dense: 40 },
    { name: "out", kind: "AC", effective: 20, dense: 20 },
  ]);
  assertEquals([counts.counterpart, counts.footprint], [12, 4 * (12 + 12 + 4)]);
  assertEquals(counts.connectionSparsity, 4 / 20);
  assertEquals(counts.uncounted, []);
  const own = { ...linear({ inFeatures: 2, outFeatures: 2 }), kind: "own" };
  const other = await synapticOperations(own, own.init(key(0)), ones([1, 1, 2]));
  assertEquals([other.uncounted, other.dense], [["own"], 0]);
});

Deno.test("energy is the sum of operations and traffic, of the counterpart too", async () => {
  const counts = await countOperations({
    connections: [{ name: "fc", weight, input: spikes }],
    populations: [],
  });
  const energy = estimateEnergy(counts);
  assertAlmostEquals(energy.total, 4.5 * 0.9e-12 + 18 * 1.25e-12, 1e-20);
  assertAlmostEquals(energy.counterpart.total, 6 * 4.6e-12 + 44 * 1.25e-12, 1e-20);
  assertEquals(estimateEnergy(counts, energyCosts.neuromorphic).memory, 0);
  assertThrows(() => estimateEnergy(wrong(3)), TypeError, "counts is 3");
  const negative = { ...energyCosts.neuromorphic, accumulate: -1 };
  assertThrows(() => estimateEnergy(counts, negative), RangeError, "accumulate is -1");
});

Deno.test("records that do not fit are refused by name", async () => {
  const connections = [{ name: "fc", weight, input: ones([1, 1, 3]) }];
  await assertRejects(
    () => countOperations({ connections, populations: [] }),
    TypeError,
    "connections[0].weight has shape [3, 2] and its input [",
  );
  const populations = [{ name: "units", output: ones([1, 2, 1]), variables: 1 }];
  const fc = { name: "fc", weight, input: ones([1, 1, 2]) };
  await assertRejects(
    () => countOperations({ connections: [fc], populations }),
    TypeError,
    "rows are 1 and 2",
  );
  await assertRejects(
    () => synapticOperations(linear({ inFeatures: 2, outFeatures: 2 }), wrong({}), spikes),
    TypeError,
    "weight",
  );
});
