import { assertEquals, assertThrows } from "@std/assert";
import { trials } from "@spikeloop/dev/testing";
import { linear, neighbours, noSelf } from "@spikeloop/functional";
import { integrateAndFire, lif } from "@spikeloop/neuron";
import { key, randint, split, uniform } from "@spikeloop/random";
import { surrogate } from "@spikeloop/surrogate";
import { tensor } from "@spikeloop/tensor";
import { actorFrom, type ILCSan, ilcSan, type ILCSanOptions } from "../mod.ts";

/** The outputs for single observations, and what they are by tensors. */
function compare(actor: ILCSan, seed: number): void {
  const { obsDim } = actor.options;
  const params = actor.init(key(seed));
  const bound = actor.bind(params);
  const rows = 6;
  const x = uniform(key(seed + 1), [rows, obsDim], { min: -3, max: 3 });
  const observations = Array.from(
    { length: rows },
    (_, i) => x.dataSync().slice(i * obsDim, (i + 1) * obsDim),
  );
  const isRandom = actor.options.encode === "pop-ran";
  const keys = split(key(seed + 2), rows);
  const keyOf = (i: number) => isRandom ? keys[i] : undefined;
  const actions = observations.map((row, i) => [...bound.act(row, undefined, keyOf(i))]);
  // Every row draws its own spikes.
  const expected = isRandom
    ? observations.map((row, i) => {
      return [...actor.apply(params, tensor([[...row]]), { key: keyOf(i) }).dataSync()];
    })
    : [[...actor.applyWithSpikes(params, x).action.dataSync()]];
  assertEquals(actions.flat(), expected.flat(), JSON.stringify(actor));
}

const base: ILCSanOptions = { obsDim: 3, actDim: 2, hiddenSizes: [8] };
const variants: Readonly<Record<string, Partial<ILCSanOptions>>> = {
  "every decoder that is a membrane": {},
  "no connection": { connection: "none" },
  "the activity itself": { encode: "pop-raw" },
  "no hidden layer": { hiddenSizes: [] },
  "layers of odd sizes": { hiddenSizes: [17, 3, 65], encPopDim: 3, obsDim: 7 },
  "groups of several chunks": { decPopDim: 13, actDim: 3 },
  "the largest groups of chunks": { decPopDim: 25, actDim: 1 },
  "groups by rows": { decPopDim: 30 },
  "groups of whole vectors": { decPopDim: 64, actDim: 1 },
  "groups that end within a vector": { decPopDim: 65, actDim: 1 },
  "one unit per group": { decPopDim: 1, encPopDim: 1, obsDim: 1, actDim: 1 },
  "other neurons": { neuron: lif },
  "and others": { neuron: integrateAndFire },
  "soft reset": { params: { vReset: null } },
  "one step": { timeSteps: 1 },
  "stochastic actors": { logStd: "network" },
  "no bias": { connection: { bias: false } },
  "masks": { connection: { mask: noSelf } },
  "masks and signs": {
    connection: { mask: neighbours(2), sign: "inhibitory", bias: false },
    decPopDim: 13,
  },
  "delays": { connection: { delay: 2 } },
  "random spikes": { encode: "pop-ran" },
  "random spikes in odd layers": { encode: "pop-ran", encPopDim: 3, obsDim: 7, decPopDim: 33 },
};

for (const [name, options] of Object.entries(variants)) {
  Deno.test(`an observation alone has the bits of a batch: ${name}`, () => {
    for (const decode of ["last-mem", "max-mem", "max-abs-mem", "mean-mem", "fr-mlp"] as const) {
      compare(ilcSan({ ...base, ...options, decode }), 5);
    }
  });
}

Deno.test("actors of random forms act alone as in a batch", () => {
  for (const k of split(key(8), trials(8, 200))) {
    const sizes = randint(k, [8], { min: 1, max: 40 }).dataSync();
    const [obsDim, actDim, encPopDim, decPopDim, timeSteps] = sizes;
    const options = { obsDim, actDim: actDim % 7 + 1, encPopDim: encPopDim % 12 + 1 };
    const rest = { decPopDim: decPopDim % 26 + 1, timeSteps: timeSteps % 8 + 1 };
    const hiddenSizes = [...sizes.slice(5)].map((n) => 3 * n);
    compare(ilcSan({ ...options, ...rest, hiddenSizes }), obsDim);
  }
});

Deno.test("numbers of one group that are not finite leave the others alone", () => {
  const sigmoid = surrogate("sigmoid", { spiking: false });
  for (const decPopDim of [1, 2, 3, 5, 7]) {
    for (const decode of ["last-mem", "fr-mlp"] as const) {
      const actor = ilcSan({ ...base, decPopDim, decode, connection: "none", surrogate: sigmoid });
      const params = actor.init(key(0));
      const name = "snn.hidden_layers.Linear1.bias";
      const bias = params[name].dataSync().map((b, i) => i === decPopDim ? NaN : b);
      const some = { ...params, [name]: tensor(bias) };
      const expected = actor.apply(some, tensor([[0.1, -1, 2]])).dataSync();
      assertEquals(actor.bind(some).act([0.1, -1, 2]), expected);
      assertEquals([...expected].map(Number.isNaN), [false, true]);
    }
  }
});

Deno.test("several bound actors take turns, and none changes with its parameters", () => {
  const actor = ilcSan(base);
  const params = [0, 1].map((seed) => actor.init(key(seed)));
  const bound = params.map((p) => actor.bind(p));
  const row = [0.1, -1, 2];
  for (const turn of [0, 1, 0, 1]) {
    const alone = actor.apply(params[turn], tensor([row])).dataSync();
    assertEquals(bound[turn].act(row), alone);
  }
});

Deno.test("weights that are binary act alone as in a batch", () => {
  const layer = linear({ inFeatures: 5, outFeatures: 2, bias: false });
  const actor = actorFrom(layer, { obsDim: 5, actDim: 2 });
  const weight = tensor([0, 1, 0, 1, 0, 1, 0, 0, 0, 1], [2, 5], { binary: true });
  const x = [Infinity, 1, NaN, 2, -3];
  const expected = actor.apply({ weight }, tensor([x])).dataSync();
  assertEquals(actor.bind({ weight }).act(x), expected);
  assertEquals([...expected].map(Number.isNaN), [false, false]);
});

Deno.test("without memory for a plan, tensors act", () => {
  const actor = ilcSan(base);
  const params = actor.init(key(0));
  const row = [0.1, -1, 2];
  const expected = actor.apply(params, tensor([row])).dataSync(); // allocates memory for tensors
  const { Memory } = WebAssembly;
  try {
    WebAssembly.Memory = class {
      constructor() {
        throw new RangeError("WebAssembly.Memory(): could not allocate memory");
      }
    } as unknown as typeof Memory;
    assertEquals(actor.bind(params).act(row), expected);
  } finally {
    WebAssembly.Memory = Memory;
  }
  assertEquals(actor.bind(params).act(row), expected);
});

Deno.test("random spikes need a key, alone as in a batch", () => {
  const actor = ilcSan({ ...base, encode: "pop-ran" });
  const bound = actor.bind(actor.init(key(0)));
  assertThrows(() => bound.act([0, 0, 0]), TypeError, "key is missing");
});
