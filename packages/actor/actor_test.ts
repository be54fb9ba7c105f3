import { assertEquals, assertLess, assertNotEquals, assertThrows } from "@std/assert";
import { readSafetensors } from "@spikeloop/interchange";
import { key } from "@spikeloop/random";
import {
  add,
  cpu,
  mul,
  reference,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
  zeros,
} from "@spikeloop/tensor";
import { type DecodeMode, type EncodeMode, ilcSan, type ILCSanParams } from "./mod.ts";
import golden from "./testdata/actor.json" with { type: "json" };

interface Stored {
  readonly shape: number[];
  readonly data: number[];
}

function deviation(got: Tensor, want: Stored): number {
  assertEquals(got.shape, want.shape);
  const data = got.dataSync();
  const largest = Math.max(...want.data.map(Math.abs), 1e-30);
  return Math.max(...want.data.map((w, i) => Math.abs(w - data[i]))) / largest;
}

const { config } = golden;

for (const backend of [reference, cpu]) {
  const load = ({ data, shape }: Stored) => tensor(Float32Array.from(data), shape, { backend });
  for (const c of golden.cases) {
    Deno.test(`ilcSan with ${c.name} equals the reference in every layer and every gradient, on ${backend.name}`, () => {
      const actor = ilcSan({
        obsDim: config.obsDim,
        actDim: config.actDim,
        encPopDim: config.encPopDim,
        decPopDim: config.decPopDim,
        hiddenSizes: config.hiddenSizes,
        meanRange: config.meanRange as [number, number],
        std: config.std,
        timeSteps: config.spikeTs,
        actLimit: config.actLimit,
        encode: c.encode as EncodeMode,
        decode: c.decode as DecodeMode,
      });
      const file = Deno.readFileSync(
        new URL(`./testdata/${c.stateFile}.safetensors`, import.meta.url),
      );
      const { tensors } = readSafetensors(file);
      const moved = Object.entries(tensors).map((
        [n, x],
      ) => [n, tensor(x.dataSync(), x.shape, { backend })]);
      const params: ILCSanParams = actor.loadStateDict(Object.fromEntries(moved));
      const obs = load(c.obs);
      const { action, encoded, spikes, decoded } = actor.applyWithSpikes(params, obs);
      assertLess(deviation(action, c.action), 1e-5);
      assertLess(deviation(decoded, c.intermediate.decoder), 1e-5);
      const layers = [encoded, ...spikes];
      const names = ["encoder", "CUBALIFNode0", "CUBALIFNode1", "ILCCUBALIFNode2"] as const;
      names.forEach((name, i) => {
        const want = c.intermediate[name];
        assertEquals(layers[i].shape, want.shape);
        if (name === "encoder") assertLess(deviation(layers[i], want), 1e-5);
        else assertEquals([...layers[i].dataSync()], want.data, name);
      });
      const gradAction = load(c.gradAction);
      const loss = (p: { params: ILCSanParams; obs: Tensor }) =>
        sum(mul(actor.apply(p.params, p.obs), gradAction));
      const [, grads] = valueAndGrad(loss)({ params, obs });
      assertLess(deviation(grads.obs, c.gradObs), 1e-5);
      for (const [name, want] of Object.entries(c.grads as unknown as Record<string, Stored>)) {
        assertLess(deviation(grads.params[name], want), 1e-5, name);
      }
    });
  }
}

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

Deno.test("applyWithSpikes() gives the same action and gradients, and spikes can be penalised", () => {
  const actor = ilcSan(small);
  const params = actor.init(key(6));
  const obs = tensor([[1, -1, 0.5], [0.2, 0, -2]]);
  const [, plain] = valueAndGrad((p: ILCSanParams) => sum(actor.apply(p, obs)))(params);
  const [, seen] = valueAndGrad((p: ILCSanParams) => sum(actor.applyWithSpikes(p, obs).action))(
    params,
  );
  for (const [name, g] of Object.entries(plain)) assertEquals(seen[name].dataSync(), g.dataSync());
  const rate = (p: ILCSanParams) =>
    actor.applyWithSpikes(p, obs).spikes.map((s) => sum(s)).reduce((a, b) => add(a, b));
  const [count, penalty] = valueAndGrad(rate)(params);
  assertEquals(count.item() > 0, true);
  assertEquals(penalty["snn.hidden_layers.Linear0.weight"].dataSync().some((g) => g !== 0), true);
  const { membrane, spikes } = actor.applyWithSpikes(params, obs);
  assertEquals(membrane.shape, spikes[1].shape);
});

Deno.test("an actor without hidden layers works", () => {
  const actor = ilcSan({ ...small, hiddenSizes: [] });
  assertEquals(actor.apply(actor.init(key(0)), zeros([5, 3])).shape, [5, 2]);
});

Deno.test("wrong options and parameters are refused by name", () => {
  assertThrows(
    () => ilcSan({ ...small, encode: "pop" as EncodeMode }),
    RangeError,
    "pop-det, pop-ran, pop-raw",
  );
  assertThrows(() => ilcSan({ ...small, decode: "last" as DecodeMode }), RangeError, "last-mem");
  assertThrows(() => ilcSan({ ...small, timeSteps: 0 }), RangeError, "timeSteps is 0");
  assertThrows(() => ilcSan({ ...small, hidden: [3] } as typeof small), TypeError, '"hidden"');
  const actor = ilcSan(small);
  const { ["encoder.std"]: _, ...rest } = actor.init(key(0));
  assertThrows(() => actor.apply(rest, zeros([1, 3])), TypeError, '"encoder.std" is missing');
  assertThrows(
    () => actor.loadStateDict({ ...actor.init(key(0)), extra: zeros([1]) }),
    TypeError,
    '"extra"',
  );
  assertThrows(() => actor.apply(actor.init(key(0)), zeros([1, 4])), TypeError, "[1, 4]");
});
