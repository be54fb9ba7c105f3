import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { key, normal } from "@spikeloop/random";
import { add, grad, mapTree, mul, sum, tensor, valueAndGrad, zeros } from "@spikeloop/tensor";
import type { Backend } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import { evaluator } from "@spikeloop/backend/evaluator";
import { ilcSan, type ILCSanParams } from "./mod.ts";
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
