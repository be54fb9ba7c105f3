import { assertEquals, assertThrows } from "@std/assert";
import { fakeGpu } from "@spikeloop/dev/testing";
import { key, uniform } from "@spikeloop/random";
import {
  batchNorm,
  type Layer,
  linear,
  plain,
  readOut,
  residual,
  sequential,
} from "@spikeloop/functional";
import { leakyIntegrator, lif } from "@spikeloop/neuron";
import { copyTree, tensor } from "@spikeloop/tensor";
import { webgpu } from "@spikeloop/webgpu";
import { type Actor, actorFrom, ilcSan, mlpActor } from "./mod.ts";

const observationSpace = { low: [-1, -1, -1], high: [1, 1, 1] };
const network = (outputs: number) =>
  sequential({
    fc1: linear({ inFeatures: 3, outFeatures: 8 }),
    hidden: plain(lif, { units: 8 }),
    fc2: linear({ inFeatures: 8, outFeatures: outputs }),
    out: plain(leakyIntegrator, { units: outputs }),
    last: readOut("last"),
  });
const makers = {
  ilcSan: (o: object) => ilcSan({ observationSpace, hiddenSizes: [8], encPopDim: 3, ...o }),
  mlpActor: (o: object) => mlpActor({ observationSpace, hiddenSizes: [8], encPopDim: 2, ...o }),
  actorFrom: (o: object, outputs: number) =>
    actorFrom(network(outputs), { observationSpace, timeSteps: 3, ...o }),
};
const observations = uniform(key(1), [40, 3], { min: -2, max: 2 });
const rows = Array.from({ length: 40 }, (_, i) => observations.dataSync().slice(3 * i, 3 * i + 3));

/** Actions of single observations, one after another. */
function actAlone(actor: Actor, seed: number): number[] {
  const bound = actor.bind(actor.init(key(seed)));
  const into = new Float32Array(actor.head.actDim);
  return rows.flatMap((row) => [...bound.act(row, into)]);
}

for (const [name, make] of Object.entries(makers)) {
  Deno.test(`${name}: actions fill boxes with bounds of any kind, alone as in a batch`, () => {
    const actionSpace = { low: [0, -1, -Infinity], high: [5, 3, Infinity] };
    const actor = make({ actionSpace }, 3);
    assertEquals(actor.actionSpace, { low: [0, -1, -1], high: [5, 3, 1] });
    const actions = actor.apply(actor.init(key(0)), observations);
    assertEquals(actions.shape, [40, 3]);
    assertEquals(actAlone(actor, 0), [...actions.dataSync()]);
    const { low, high } = { low: [0, -1, -1], high: [5, 3, 1] };
    const isInside = actions.dataSync().every((a, i) => a >= low[i % 3] && a <= high[i % 3]);
    assertEquals(isInside, true);
    assertEquals(actor.distribution, undefined);
  });

  Deno.test(`${name}: a stochastic actor has mean and log-std, and acts by the mean`, () => {
    const actionSpace = { low: [-2, -2], high: [2, 2] };
    for (const logStd of ["network", "parameter"] as const) {
      const actor = make({ actionSpace, logStd }, logStd === "network" ? 4 : 2);
      const params = actor.init(key(0));
      const distribution = actor.distribution?.(params, observations);
      if (distribution === undefined || "logits" in distribution) throw new Error("no Gaussian");
      assertEquals([distribution.mean.shape, distribution.logStd.shape], [[40, 2], [40, 2]]);
      assertEquals(
        [...actor.head.action(distribution.mean).dataSync()],
        [...actor.apply(params, observations).dataSync()],
      );
      assertEquals(actAlone(actor, 0), [...actor.apply(params, observations).dataSync()]);
      assertEquals("log_std" in params, logStd === "parameter");
    }
  });

  Deno.test(`${name}: an actor of choices has logits, and takes the most likely`, () => {
    const actor = make({ actionSpace: { n: 4 } }, 4);
    const params = actor.init(key(3));
    const distribution = actor.distribution?.(params, observations);
    if (distribution === undefined || "mean" in distribution) throw new Error("no logits");
    assertEquals(distribution.logits.shape, [40, 4]);
    const choices = actor.apply(params, observations);
    assertEquals(choices.shape, [40, 1]);
    assertEquals(actAlone(actor, 3), [...choices.dataSync()]);
  });

  Deno.test(`${name}: parameters are loaded by name, and wrong arguments refused`, () => {
    const actor = make({ actDim: 1, actLimit: 2 }, 1);
    const params = actor.init(key(0));
    assertEquals(Object.keys(actor.loadStateDict(params)).sort(), Object.keys(actor.shapes).sort());
    const careless = (x: unknown) => x as never;
    const wrong = { ...params, [Object.keys(params)[0]]: tensor([1]) };
    assertThrows(() => actor.loadStateDict(wrong), TypeError, "has shape [1]");
    assertThrows(() => actor.bind(wrong), TypeError, "has shape [1]");
    const bound = actor.bind(params);
    assertThrows(() => bound.act([1]), TypeError, "the observation has length 1, expected 3");
    assertThrows(() => bound.act(careless(7)), TypeError, "the observation is 7");
    assertThrows(() => bound.act([1, 2, 3], careless([1])), TypeError, "into is an array");
    assertEquals(JSON.parse(JSON.stringify(actor)).obsDim, 3);
  });
}

Deno.test("options of actors that disagree are refused by both names", () => {
  const refuse = (options: object, problem: string) =>
    assertThrows(() => mlpActor({ observationSpace, ...options }), Error, problem);
  const actionSpace = { low: [-2], high: [2] };
  refuse({ actionSpace, actLimit: 1 }, "actLimit is 1, but actionSpace has 2");
  refuse({ actionSpace, actDim: 2 }, "actDim is 2, but actionSpace has 1");
  refuse({ actionSpace, obsDim: 2 }, "obsDim is 2, but observationSpace has 3");
  refuse({ actionSpace: { low: [0], high: [Infinity] } }, "bounds on both sides or none");
  refuse({ actionSpace: { n: 3 }, logStd: "network" }, "actionSpace is discrete");
  assertEquals(mlpActor({ observationSpace, actionSpace, actLimit: 2 }).head.actDim, 1);
  assertThrows(
    () => actorFrom(network(2), { observationSpace, actionSpace }),
    TypeError,
    "layer.outFeatures is 2",
  );
  const long = { observationSpace: { low: [0], high: [1] }, actionSpace };
  assertThrows(() => actorFrom(network(1), long), TypeError, "layer.inFeatures is 3");
});

Deno.test("spikes of actors come by the names of their layers", () => {
  const spiking = makers.actorFrom({ actDim: 1 }, 1);
  const spikes = spiking.spikes?.(spiking.init(key(0)), observations) ?? {};
  assertEquals(Object.entries(spikes).map(([name, x]) => [name, x.shape]), [["hidden", [
    3,
    40,
    8,
  ]]]);
  const san = makers.ilcSan({ actDim: 1 });
  const names = Object.keys(san.spikes?.(san.init(key(0)), observations) ?? {});
  assertEquals(names, ["encoder", "CUBALIFNode0", "ILCCUBALIFNode1"]);
  assertEquals(makers.mlpActor({ actDim: 1 }).spikes, undefined);
  // A layer of the user's own may show outputs, and list no layers.
  const { layers: _, ...maths } = network(1);
  const inspect: typeof maths.inspect = (...args) => maths.inspect(...args);
  const own = { ...maths, inspect };
  assertEquals(actorFrom(own, { observationSpace, actDim: 1 }).spikes, undefined);
});

Deno.test("a network of one's own that returns no state with a tensor is refused", () => {
  for (const result of [undefined, observations, [{}, 1]]) {
    const own = { ...network(1), multiStep: () => result as never };
    const actor = actorFrom(own, { observationSpace, actDim: 1 });
    assertThrows(
      () => actor.apply(actor.init(key(0)), observations),
      TypeError,
      "Cannot run the actor network: the layer returned",
    );
  }
});

Deno.test("parameters on a GPU are bound by way of a copy, and the error says so", async () => {
  using backend = await webgpu({ gpu: fakeGpu().gpu, recompute: true });
  for (const make of Object.values(makers)) {
    const actor = make({ actionSpace: { low: [-1], high: [1] } }, 1);
    const params = actor.init(key(0), { backend });
    const message =
      `is on "${backend.name}", expected it on the CPU; pass a copy, await copyTree(params)`;
    assertThrows(() => actor.bind(params), TypeError, message);
    // The stand-in reads zeros.
    const bound = actor.bind(await copyTree(params));
    assertEquals(bound.act(rows[0]).length, 1);
  }
});

Deno.test("actorFrom refuses a batch normalization whose statistics nothing would keep", () => {
  const fc = linear({ inFeatures: 3, outFeatures: 3 });
  const norm = batchNorm({ features: 3 });
  const options = { observationSpace, actionSpace: observationSpace };
  const inner = sequential({ fc, norm });
  const message = "a batch normalization is inside of another layer";
  const networks = [sequential({ inner }), residual(inner), sequential({ a: residual(inner) })];
  for (const network of networks as readonly Layer[]) {
    assertThrows(() => actorFrom(network, options), TypeError, message);
  }
  const actor = actorFrom(sequential({ fc, norm, out: fc }), options);
  assertEquals(actor.calibrate !== undefined, true);
});

Deno.test("of logits that are NaN the first is chosen, alone as in a batch", () => {
  const network = linear({ inFeatures: 4, outFeatures: 4 });
  const actor = actorFrom(network, { obsDim: 4, actionSpace: { n: 4 } });
  const identity = tensor([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]);
  const params = { weight: identity, bias: tensor([0, 0, 0, 0]) };
  const bound = actor.bind(params);
  for (const bias of [[0, NaN, 9, NaN], [NaN, 1, 2, 3], [3, 4, 4, 1], [0, -0, 0, 0]]) {
    const shifted = { ...params, bias: tensor(bias) };
    const expected = actor.apply(shifted, tensor([[0, 0, 0, 0]])).dataSync();
    assertEquals(actor.bind(shifted).act([0, 0, 0, 0]), expected);
  }
  assertEquals([...bound.act([NaN, 0, 0, 0])], [0]);
});
