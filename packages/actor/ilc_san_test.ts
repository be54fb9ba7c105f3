import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { key, normal } from "@spikeloop/random";
import {
  add,
  concat,
  grad,
  mapTree,
  mul,
  reshape,
  slice,
  sum,
  tensor,
  valueAndGrad,
  zeros,
} from "@spikeloop/tensor";
import type { Backend } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import { evaluator } from "@spikeloop/backend/evaluator";
import * as e from "@spikeloop/expr";
import { linear, neighbours, noSelf, plain } from "@spikeloop/functional";
import { defineNeuron, lif } from "@spikeloop/neuron";
import { atan, poissonPass } from "@spikeloop/surrogate";
import { ilcSan, type ILCSanParams, plainOptions } from "./mod.ts";
import { ilcSanSuite } from "./testing/ilc_san_suite.ts";

for (const backend of [evaluator, cpu]) ilcSanSuite(backend);

const small = { obsDim: 3, actDim: 2, hiddenSizes: [8], encPopDim: 4, decPopDim: 3 };

Deno.test("fresh parameters have the reference's names and fan-in ranges, and depend on the key alone", () => {
  const actor = ilcSan(small);
  const params = actor.init(key(0));
  assertEquals(Object.keys(params).sort(), Object.keys(actor.shapes).sort());
  const weight = params["snn.hidden_layers.Linear0.weight"].dataSync();
  assertEquals(weight.every((w) => Math.abs(w) <= 1 / Math.sqrt(12)), true);
  assertEquals(weight, actor.init(key(0))["snn.hidden_layers.Linear0.weight"].dataSync());
  assertNotEquals(weight, actor.init(key(1))["snn.hidden_layers.Linear0.weight"].dataSync());
});

Deno.test("one observation without a batch axis gives one action, within the limit", () => {
  const actor = ilcSan({ ...small, actLimit: 0.5 });
  const action = actor.apply(actor.init(key(2)), tensor([0.1, -4, 2]));
  assertEquals(action.shape, [1, 2]);
  assertEquals(action.dataSync().every((a) => Math.abs(a) <= 0.5), true);
});

Deno.test("calls do not depend on each other, and rows of a batch do not either", () => {
  const actor = ilcSan(small);
  const params = actor.init(key(3));
  const one = tensor([[1, -1, 0.5]]);
  const first = actor.apply(params, one).dataSync();
  actor.apply(params, tensor([[3, 3, 3]]));
  assertEquals(actor.apply(params, one).dataSync(), first);
  const two = actor.apply(params, tensor([[3, 3, 3], [1, -1, 0.5]])).dataSync();
  assertEquals(two.slice(2), first);
});

Deno.test("applyWithSpikes() returns the same action and gradients, and spikes can be penalized", () => {
  const actor = ilcSan(small);
  const params = actor.init(key(6));
  const obs = tensor([[1, -1, 0.5], [0.2, 0, -2]]);
  const [, plain] = valueAndGrad((p: ILCSanParams) => sum(actor.apply(p, obs)))(params);
  const [, withSpikes] = valueAndGrad((p: ILCSanParams) =>
    sum(actor.applyWithSpikes(p, obs).action)
  )(params);
  for (const [name, g] of Object.entries(plain)) {
    assertEquals(withSpikes[name].dataSync(), g.dataSync());
  }
  const rate = (p: ILCSanParams) =>
    actor.applyWithSpikes(p, obs).spikes.map((s) => sum(s)).reduce((a, b) => add(a, b));
  const [count, penalty] = valueAndGrad(rate)(params);
  assertEquals(count.item() > 0, true);
  assertEquals(penalty["snn.hidden_layers.Linear0.weight"].dataSync().some((g) => g !== 0), true);
  const { membrane, spikes } = actor.applyWithSpikes(params, obs);
  assertEquals(membrane.shape, spikes[1].shape);
});

Deno.test("actions and gradients have the evaluator's bits, however many units spike", () => {
  const actor = ilcSan({ obsDim: 4, actDim: 3, hiddenSizes: [40, 24], encPopDim: 6 });
  const obs = normal(key(7), [30, 4]).dataSync();
  const weights = normal(key(8), [30, 3]).dataSync();
  const rates: number[] = [];
  for (const gain of [0, 0.7, 2, 8]) {
    const run = (backend: Backend) => {
      const params = actor.init(key(9), { backend });
      const scaled = mapTree((p) => p.shape.length === 2 ? mul(p, gain) : p, params);
      const x = tensor(obs, [30, 4], { backend });
      const w = tensor(weights, [30, 3], { backend });
      const { spikes, action } = actor.applyWithSpikes(scaled, x);
      assertEquals(spikes.map((s) => s.binary), [true, true, true]);
      const grads = grad((p: ILCSanParams) => sum(mul(actor.apply(p, x), w)))(scaled);
      return { spikes, numbers: [...spikes, action, ...Object.values(grads)] };
    };
    const [actual, expected] = [run(cpu), run(evaluator)];
    rates.push(sum(actual.spikes[0]).item() / actual.spikes[0].size);
    actual.numbers.forEach((x, i) =>
      assertEquals(x.dataSync(), expected.numbers[i].dataSync(), `gain ${gain}, tensor ${i}`)
    );
  }
  assertEquals([rates[0] < 0.2, rates[3] > 0.3], [true, true], `${rates}`);
});

Deno.test("an actor without hidden layers works", () => {
  const actor = ilcSan({ ...small, hiddenSizes: [] });
  assertEquals(actor.apply(actor.init(key(0)), zeros([5, 3])).shape, [5, 2]);
});

Deno.test("wrong parameters are refused by name, and close names are suggested", () => {
  const actor = ilcSan(small);
  const params = actor.init(key(0));
  const { ["encoder.std"]: std, ...rest } = params;
  assertThrows(() => actor.apply(rest, zeros([1, 3])), TypeError, '"encoder.std" is missing');
  const refuse = (state: ILCSanParams, problem: string) =>
    assertThrows(() => actor.loadStateDict(state), TypeError, problem);
  refuse({ ...params, extra: zeros([1]) }, 'it has no parameter "extra", only encoder.mean');
  refuse({ ...rest, "encoder.sdt": std }, "did you mean encoder.std");
  refuse({ ...rest, "encoder.std": zeros([1]) }, '"encoder.std" has shape [1], expected [1, 3, 4]');
  assertThrows(() => actor.apply(params, zeros([1, 4])), TypeError, "[1, 4]");
});

const obs = tensor([[1, -1, 0.5], [0.2, 0, -2]]);

Deno.test("neuron, params and surrogate are those of all populations", () => {
  const actor = ilcSan({ ...small, neuron: lif, params: { vThreshold: 0.3 }, surrogate: atan() });
  const params = actor.init(key(0));
  assertEquals(Object.keys(params).filter((n) => n.includes("conn")), [
    "snn.hidden_layers.ILCLIFNode1.conn.weight",
    "snn.hidden_layers.ILCLIFNode1.conn.bias",
  ]);
  const hidden = plain(lif, { units: 8, params: { vThreshold: 0.3 } });
  const fc = linear({ inFeatures: 12, outFeatures: 8 });
  const { encoded, spikes } = actor.applyWithSpikes(params, obs);
  const current = fc.apply({
    weight: params["snn.hidden_layers.Linear0.weight"],
    bias: params["snn.hidden_layers.Linear0.bias"],
  }, encoded);
  const [, expected] = hidden.multiStep({}, hidden.initialState(2), current);
  assertEquals(spikes[0].dataSync(), expected.dataSync());
  assertThrows(() => ilcSan({ ...small, params: { tau: 2 } as never }), TypeError, '"tau"');
  assertThrows(() => ilcSan({ ...small, neuron: 3 as never }), TypeError, "it is 3");
  assertThrows(() => ilcSan({ ...small, surrogate: "rect" as never }), TypeError, "surrogate");
});

Deno.test("an actor whose surrogate fires at random draws its spikes from the key", () => {
  const actor = ilcSan({ ...small, surrogate: poissonPass(), noise: {} });
  const params = actor.init(key(0));
  const act = (seed: number) => actor.apply(params, obs, { key: key(seed) }).dataSync();
  assertEquals(act(1), act(1));
  assertNotEquals(act(1), act(2));
  const noise = actor.drawNoise(key(3), 1);
  const rows = concat([noise, noise]);
  const { action } = actor.applyWithSpikes(params, obs, { key: key(1), noise: rows });
  assertEquals(action.shape, [2, 2]);
  assertThrows(() => actor.apply(params, obs), TypeError, "key(seed)");
});

Deno.test("an actor of one's own neuron shows its last variable where it has no v", () => {
  const own = defineNeuron({
    name: "own.neuron",
    rest: { a: 0, u: 0 },
    params: { uThreshold: 0.3 },
    charge: ({ u }, x) => ({ a: x, u: e.add(u, x) }),
    fire: ({ u }, p) => e.sub(u, p.uThreshold),
    reset: ({ u }, spike, p) => ({ u: e.sub(u, e.mul(spike, p.uThreshold)) }),
  });
  const actor = ilcSan({ ...small, neuron: own, params: { uThreshold: 0.5 } });
  const { membrane, action } = actor.applyWithSpikes(actor.init(key(0)), obs);
  assertEquals([membrane.shape, action.shape], [[5, 2, 6], [2, 2]]);
});

Deno.test("connection wires the output population, or leaves it unconnected", () => {
  const full = ilcSan(small);
  const params = full.init(key(0));
  const lateral = "snn.hidden_layers.ILCCUBALIFNode1.conn";
  const without = ilcSan({ ...small, connection: "none" });
  const { [`${lateral}.weight`]: weight, [`${lateral}.bias`]: bias, ...rest } = params;
  assertEquals(Object.keys(without.init(key(0))), Object.keys(rest));
  const silenced = {
    ...params,
    [`${lateral}.weight`]: zeros(weight.shape),
    [`${lateral}.bias`]: zeros(bias.shape),
  };
  assertEquals(without.apply(rest, obs).dataSync(), full.apply(silenced, obs).dataSync());

  const masked = ilcSan({ ...small, connection: { mask: noSelf, bias: false } });
  const own = masked.init(key(0));
  assertEquals(Object.keys(own).includes(`${lateral}.bias`), false);
  const same = { ...own, [`${lateral}.bias`]: zeros(bias.shape) };
  assertEquals(masked.apply(own, obs).dataSync(), full.apply(same, obs).dataSync());
  assertThrows(() => ilcSan({ ...small, connection: "all" as never }), TypeError, '"none"');
  assertThrows(() => ilcSan({ ...small, connection: { masks: 1 } as never }), TypeError, '"masks"');
});

Deno.test("an actor hears the coloured noise that it is given, in every row or per row", () => {
  const actor = ilcSan({ ...small, noise: { sigmaInit: 2, beta: 1 } });
  const params = actor.init(key(0));
  const sigma = params["decoder.decoder.1.sigma"];
  assertEquals([...sigma.dataSync()], [Math.fround(Math.SQRT2), Math.fround(Math.SQRT2)]);
  const total = 2 * (8 + 6) + 2;
  const noise = actor.drawNoise(key(1), 10);
  assertEquals(noise.shape, [10, 5, total]);
  const one = reshape(slice(noise, 3, 4), [5, total]);

  const quiet = actor.apply(params, obs).dataSync();
  const { "decoder.decoder.1.sigma": _, ...others } = params;
  assertEquals(ilcSan(small).apply(others, obs).dataSync(), quiet);
  const silent = actor.apply(params, obs, { noise: zeros([5, total]) }).dataSync();
  assertEquals(silent, quiet);
  const loud = actor.apply(params, obs, { noise: one });
  assertNotEquals(loud.dataSync(), quiet);
  const rows = concat([slice(noise, 3, 4), slice(noise, 4, 5)]);
  const perRow = actor.apply(params, obs, { noise: rows }).dataSync();
  assertEquals(perRow.slice(0, 2), loud.dataSync().slice(0, 2));
  const activity = actor.applyWithSpikes(params, obs, { noise: one });
  assertEquals(activity.action.dataSync(), loud.dataSync());
  assertEquals(activity.spikes.map(({ binary }) => binary), [false, false]);
  const little = mul(one, 0.1); // more saturates the hyperbolic tangent
  const slopes = grad((p: ILCSanParams) => sum(actor.apply(p, obs, { noise: little })))(params);
  assertEquals(slopes["decoder.decoder.1.sigma"].dataSync().some((g) => g !== 0), true);

  assertThrows(() => actor.apply(params, obs, { noise: zeros([5, 3]) }), TypeError, "[5, 30]");
  assertThrows(() => actor.drawNoise(key(0), 0), RangeError, "number of calls is 0");
  const deaf = ilcSan(small);
  assertThrows(() => deaf.drawNoise(key(0), 1), TypeError, "it hears no noise");
  assertThrows(() => deaf.apply(others, obs, { noise: one }), TypeError, "it hears no noise");
  assertThrows(() => ilcSan({ ...small, noise: { sigma: 1 } as never }), TypeError, '"sigma"');
});

Deno.test("plainOptions() are options that a file can hold", () => {
  const { options } = ilcSan({
    ...small,
    neuron: lif,
    surrogate: atan({ alpha: 3 }),
    connection: { mask: neighbours(1), sign: "inhibitory" },
    noise: { beta: 1 },
  });
  const { neuron, surrogate, connection, noise, obsDim } = JSON.parse(
    JSON.stringify(plainOptions(options)),
  );
  assertEquals([neuron, surrogate, noise, obsDim], [
    "lif",
    { name: "atan", params: { alpha: 3 } },
    { beta: 1 },
    3,
  ]);
  assertEquals(connection, { mask: [1, 1, 0, 1, 1, 1, 0, 1, 1], sign: "inhibitory" });
  assertEquals(plainOptions(ilcSan(small).options), { ...ilcSan(small).options });
});
