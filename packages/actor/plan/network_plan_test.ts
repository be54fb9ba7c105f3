import { assert, assertEquals, assertThrows } from "@std/assert";
import { trials } from "@spikeloop/dev/testing";
import * as e from "@spikeloop/expr";
import {
  batchNorm,
  dense,
  dropout,
  ilc,
  type Layer,
  linear,
  neighbours,
  parallel,
  plain,
  readOut,
  residual,
  type RowPart,
  sequential,
  stateless,
  type Tensors,
} from "@spikeloop/functional";
import { cubaLif, defineNeuron, integrateAndFire, leakyIntegrator, lif } from "@spikeloop/neuron";
import { type Key, key, normal, randint, split } from "@spikeloop/random";
import { multiLevelSpikeCount, poissonPass } from "@spikeloop/surrogate";
import {
  elementwise,
  full,
  mapTree,
  mul,
  relu,
  sigmoid,
  tanh,
  type Tensor,
  tensor,
} from "@spikeloop/tensor";
import { type Actor, actorFrom, type ActorParams } from "../mod.ts";

const obsDim = 5;
const actionSpace = { low: [-1, 0], high: [1, 3] };
const make = (layers: Record<string, Layer>, timeSteps = 4) =>
  actorFrom(sequential(layers), { obsDim, actionSpace, timeSteps });

/** Compares actions and outputs of single rows with those by tensors, bit for bit. */
function compare(actor: Actor, params: ActorParams, keys?: readonly Key[]): void {
  const bound = actor.bind(params);
  const x = normal(key(7), [12, obsDim]).dataSync();
  for (let i = 0; i < 12; i++) {
    const row = x.slice(i * obsDim, (i + 1) * obsDim);
    const options = keys && { key: keys[i] };
    const expected = actor.apply(params, tensor(row, [1, obsDim]), options).dataSync();
    assertEquals(bitsOf(bound.act(row, undefined, keys?.[i])), bitsOf(expected));
    const outputs = bound.outputs(row, undefined, keys?.[i]);
    assertEquals(bitsOf(actor.head.action(tensor(outputs, [1, 2])).dataSync()), bitsOf(expected));
  }
}

/** The bits of numbers; all NaNs are one. */
const bitsOf = (x: Float32Array) =>
  [...new Uint32Array(x.slice().buffer)].map((bits, i) => Number.isNaN(x[i]) ? NaN : bits);

/** Linear layers around one of 12 units. */
const around = (hidden: Layer, features = 12): Record<string, Layer> => ({
  fc1: linear({ inFeatures: obsDim, outFeatures: 12 }),
  hidden,
  fc2: linear({ inFeatures: features, outFeatures: 2 }),
});
const last = { last: readOut("last") };
const counts = multiLevelSpikeCount({ maxSpikeCount: 3 });
const hearing = { mask: neighbours(2), sign: "inhibitory", bias: false, delay: 3 } as const;

/** A neuron with a state that rests elsewhere than at 0, and an output that is no spike. */
const graded = defineNeuron({
  name: "graded",
  rest: { v: 0.25 },
  params: { vDecay: 0.5 },
  charge: ({ v }, x, p) => ({ v: e.add(e.mul(v, p.vDecay), x) }),
  emit: ({ v }) => v,
});

const networks: Readonly<Record<string, Record<string, Layer>>> = {
  "spiking units": { ...around(plain(lif, { units: 12 })), ...last },
  "layers without bias": {
    fc: linear({ inFeatures: obsDim, outFeatures: 7, bias: false }),
    out: plain(integrateAndFire, { units: 7 }),
    fc2: linear({ inFeatures: 7, outFeatures: 2, bias: false }),
    ...last,
  },
  "groups": { ...around(ilc(cubaLif, { actDim: 3, decPopDim: 4 })), ...last },
  "groups in chunks with a delay": {
    ...around(ilc(lif, { actDim: 1, decPopDim: 12, connection: { delay: 2 } })),
    ...last,
  },
  "masks, signs and a delay": {
    ...around(ilc(lif, { actDim: 2, decPopDim: 6, connection: hearing })),
    ...last,
  },
  "groups of counts": {
    ...around(ilc(lif, { actDim: 2, decPopDim: 6, surrogate: counts })),
    ...last,
  },
  "learned decays": {
    ...around(ilc(cubaLif, { actDim: 2, decPopDim: 6, learn: ["vDecay", "vThreshold"] })),
    ...last,
  },
  "graded units": { ...around(plain(graded, { units: 12 })), ...last },
  "functions of numbers": {
    fc: linear({ inFeatures: obsDim, outFeatures: 2 }),
    a: stateless(relu),
    b: stateless(tanh),
    c: stateless(sigmoid),
    d: stateless(elementwise("cube", 1, (x) => e.mul(x, e.mul(x, x)))),
    spikes: plain(lif, { units: 2 }),
    ...last,
  },
  "a function of tensors": { ...around(stateless((x) => mul(x, 2))), ...last },
  "a function whose formula is a text": {
    ...around(stateless(Object.assign((x: Tensor) => mul(x, 2), { formula: "2 x" }))),
    ...last,
  },
  "dropout": { ...around(dropout({ rate: 0.5 })), ...last },
  "batch normalization": {
    fc1: linear({ inFeatures: obsDim, outFeatures: 12 }),
    norm: batchNorm({ features: 12 }),
    hidden: plain(lif, { units: 12 }),
    fc2: linear({ inFeatures: 12, outFeatures: 2 }),
    ...last,
  },
  "a residual layer": { ...around(residual(plain(lif, { units: 12 }))), ...last },
  "a residual layer of functions": { ...around(residual(stateless(tanh))), ...last },
  "branches": {
    ...around(
      parallel({
        spiking: plain(lif, { units: 12 }),
        graded: plain(leakyIntegrator, { units: 12 }),
        plain: linear({ inFeatures: 12, outFeatures: 5 }),
      }),
      29,
    ),
    ...last,
  },
  "branches that are read-outs": {
    fc: linear({ inFeatures: obsDim, outFeatures: 1 }),
    both: parallel({ max: readOut("max"), sum: readOut("sum") }),
  },
  "networks in networks": {
    first: sequential(around(plain(lif, { units: 12 }))),
    second: sequential({ out: plain(leakyIntegrator, { units: 2 }), ...last }),
  },
  "observations that are read out": {
    fc: linear({ inFeatures: obsDim, outFeatures: 2 }),
    mean: readOut("mean"),
  },
};

for (const [name, layers] of Object.entries(networks)) {
  Deno.test(`a network acts alone as in a batch: ${name}`, () => {
    const actor = make(layers);
    compare(actor, actor.init(key(3)));
  });
}

Deno.test("a network acts alone as in a batch with every read-out, NaN included", () => {
  for (const mode of ["last", "max", "maxAbs", "mean", "sum"] as const) {
    for (const hidden of [plain(graded, { units: 12 }), plain(lif, { units: 12 })]) {
      const actor = make({ ...around(hidden), last: readOut(mode) });
      const params = actor.init(key(1));
      compare(actor, params);
      compare(actor, { ...params, "fc2.bias": tensor([NaN, 1]) });
    }
  }
});

Deno.test("numbers too small for processors become 0, alone as in a batch", () => {
  const actor = make({
    fc: linear({ inFeatures: obsDim, outFeatures: 2 }),
    out: plain(leakyIntegrator, { units: 2 }),
    sum: readOut("sum"),
  });
  const params = actor.init(key(0));
  const tiny = mul(params["fc.weight"], 1e-38);
  compare(actor, { ...params, "fc.weight": tiny, "fc.bias": tensor([0, 0]) });
});

Deno.test("large groups act alone as in a batch, by lists and by rows", () => {
  for (const surrogate of [undefined, counts]) {
    for (const delay of [1, 3]) {
      const connection = { delay };
      for (
        const hidden of [
          dense(lif, { units: 70, surrogate, connection }),
          ilc(lif, { actDim: 2, decPopDim: 35, surrogate, connection }),
        ]
      ) {
        const actor = make({
          fc1: linear({ inFeatures: obsDim, outFeatures: 70 }),
          hidden,
          fc2: linear({ inFeatures: 70, outFeatures: 2 }),
          ...last,
        }, 6);
        compare(actor, actor.init(key(2)));
      }
    }
  }
});

Deno.test("groups that end within a vector act alone as in a batch, whatever the delay", () => {
  for (const decPopDim of [1, 2, 3, 5, 37]) {
    for (const actDim of [3, 16]) {
      const units = actDim * decPopDim;
      const actor = make({
        fc1: linear({ inFeatures: obsDim, outFeatures: units }),
        hidden: ilc(lif, { actDim, decPopDim, connection: { delay: 3 } }),
        fc2: linear({ inFeatures: units, outFeatures: 2 }),
        ...last,
      }, 8);
      compare(actor, mapTree((x) => mul(x, 3), actor.init(key(0))));
    }
  }
});

Deno.test("a number without a spike does not meet its weight, alone as in a batch", () => {
  const step = () => stateless(elementwise("step", 1, (x) => e.greater(x, 0)));
  const hidden = { step: step(), both: parallel({ a: step(), b: plain(lif, { units: 12 }) }) };
  const actor = make({ ...around(sequential(hidden), 24), ...last });
  const params = actor.init(key(0));
  for (const index of [3, 15, 20]) {
    const weights = params["fc2.weight"].dataSync().map((w, i) => i === index ? NaN : w);
    compare(actor, { ...params, "fc2.weight": tensor(weights, [2, 24]) });
  }
});

Deno.test("a network that fires at random, or has a layer of one's own, acts by tensors", () => {
  const random = make({ ...around(plain(lif, { units: 12, surrogate: poissonPass() })), ...last });
  compare(random, random.init(key(0)), split(key(5), 12));
  const own: Layer = {
    init: () => ({}),
    initialState: () => ({}),
    bind: () => (state, x: Tensor) => [state, mul(x, x)],
    multiStep: (_params, state, xSeq) => [state, mul(xSeq, xSeq)],
  };
  const actor = make({ ...around(own), ...last });
  compare(actor, actor.init(key(0)));
});

Deno.test("a layer of one's own with parts acts alone as in a batch", () => {
  const gain: Layer<Tensors<"gain">, Tensors<never>> = {
    init: (_key, placement) => ({ gain: full([], 2, placement) }),
    initialState: () => ({}),
    bind: (params) => (state, x) => [state, mul(x, params.gain)],
    multiStep: (params, state, xSeq) => [state, mul(xSeq, params.gain)],
    rowParts: ({ gain }) => [{ kind: "map", formula: e.mul, rows: [gain] }],
  };
  const actor = make({ ...around(gain as Layer), ...last });
  compare(actor, { ...actor.init(key(0)), "hidden.gain": tensor(-3) });
});

Deno.test("a copy of a layer with maths of its own acts by them", () => {
  const fc = linear({ inFeatures: 12, outFeatures: 12 });
  const units = plain(lif, { units: 12 });
  const inner = sequential({ units, drop: dropout({ rate: 0.5 }) });
  const spiking = (layer: Layer) => ({ ...around(layer), ...last });
  const half: Layer["multiStep"] = (_params, state, xSeq) => [state, mul(xSeq, 0.5)];
  const charged: Layer["initialState"] = (batch) => ({ v: full([batch, 12], 0.9) });
  const copies: Record<string, Layer> = {
    linear: { ...fc, multiStep: half } as Layer,
    population: { ...units, multiStep: half } as Layer,
    "its start": { ...units, initialState: charged } as Layer,
    network: { ...inner, multiStep: half } as Layer,
    residual: residual({ ...units, multiStep: half } as Layer),
    function: { ...stateless(tanh), multiStep: half } as Layer,
    dropout: { ...dropout({ rate: 0.5 }), multiStep: half } as Layer,
  };
  for (const copy of Object.values(copies)) {
    const actor = make(spiking(copy));
    compare(actor, actor.init(key(0)));
  }
  const final = readOut("last");
  const multiStep: typeof final.multiStep = (...words) => {
    const [state, y] = final.multiStep(...words);
    return [state, mul(y, 0.5)];
  };
  const read = make({ ...around(units), last: { ...final, multiStep } });
  compare(read, read.init(key(0)));
});

Deno.test("a copy of a whole network acts by its own maths, and shows no spikes of the original", () => {
  const options = { obsDim, actionSpace, timeSteps: 4 };
  const units = plain(lif, { units: 12 });
  const whole = sequential({ ...around(units), ...last });
  const multiStep: typeof whole.multiStep = (params, state, xSeq, options) =>
    whole.multiStep(params, state, mul(xSeq, 3), options);
  const copy = { ...whole, multiStep };
  const [actor, original] = [copy, whole].map((layer) => actorFrom(layer as Layer, options));
  compare(actor, actor.init(key(0)));
  assertEquals([actor.spikes, typeof original.spikes], [undefined, "function"]);
  const norm = batchNorm({ features: 12 });
  const { fc1, ...rest } = around(units);
  const normed = sequential({ fc1, norm, ...rest, ...last });
  const { multiStep: run } = normed;
  const other = { ...normed, multiStep: ((...args) => run(...args)) as typeof run };
  assertThrows(() => actorFrom(other as Layer, options), TypeError, "the network is a copy");
});

Deno.test("parts that differ between two bindings have code each", () => {
  const times = (x: Tensor, { n }: Tensors<"n">) => mul(x, Math.min(n.item(), 4));
  const power: Layer<Tensors<"n">, Tensors<never>> = {
    init: (_key, placement) => ({ n: full([], 1, placement) }),
    initialState: () => ({}),
    bind: (params) => (state, x) => [state, times(x, params)],
    multiStep: (params, state, xSeq) => [state, times(xSeq, params)],
    rowParts: ({ n }) => {
      const double: RowPart = { kind: "map", formula: (x) => e.mul(x, 2) };
      if (n.item() === 4) return [double, double];
      if (n.item() === 3) return [{ kind: "map", formula: e.mul, rows: [full([12], 3)] }];
      if (n.item() > 4) return [{ kind: "map", formula: e.mul, rows: [full([5], 4)] }];
      return [{ kind: "map", formula: (x) => e.mul(x, n.item()) }];
    },
  };
  const actor = make({ ...around(power as Layer), ...last });
  const params = actor.init(key(0));
  const withN = (n: number) => ({ ...params, "hidden.n": tensor(n) });
  for (const n of [1, 2, 3, 4, 1]) compare(actor, withN(n));
  assertThrows(
    () => actor.bind(withN(5)),
    TypeError,
    "row 0 of its map has length 5, expected 12",
  );
});

Deno.test("bindings that take turns act as alone", () => {
  const actor = make({ ...around(plain(lif, { units: 12 })), ...last });
  const all = [0, 1, 2].map((i) => actor.init(key(i)));
  const bound = all.map((params) => actor.bind(params));
  const x = normal(key(7), [40, obsDim]);
  const expected = all.map((params) => actor.apply(params, x).dataSync());
  for (let row = 0; row < 40; row++) {
    const observation = x.dataSync().subarray(row * obsDim, (row + 1) * obsDim);
    bound.forEach((one, i) => {
      const action = one.act(observation);
      const { length } = action;
      assertEquals(action, expected[i].slice(row * length, (row + 1) * length));
    });
  }
});

Deno.test("sums that tensors take in blocks are the same alone", () => {
  const wide = actorFrom(linear({ inFeatures: 20_000, outFeatures: 1 }), {
    obsDim: 20_000,
    actDim: 1,
  });
  const x = normal(key(1), [1, 20_000]);
  const params = wide.init(key(0));
  assertEquals(wide.bind(params).act(x.dataSync()), wide.apply(params, x).dataSync());
  const long = make({
    fc: linear({ inFeatures: obsDim, outFeatures: 2 }),
    out: plain(leakyIntegrator, { units: 2 }),
    mean: readOut("mean"),
  }, 5000);
  compare(long, long.init(key(0)));
});

Deno.test("networks of random sizes act alone as in a batch", () => {
  for (const k of split(key(9), trials(6, 200))) {
    const [a, b, group, delay, steps] = randint(k, [5], { min: 1, max: 40 }).dataSync();
    const groups = b % 3 + 1;
    const actor = make({
      fc1: linear({ inFeatures: obsDim, outFeatures: a }),
      first: plain(cubaLif, { units: a }),
      fc2: linear({ inFeatures: a, outFeatures: groups * group }),
      second: ilc(lif, {
        actDim: groups,
        decPopDim: group,
        connection: { delay: delay % 5 + 1 },
      }),
      fc3: linear({ inFeatures: groups * group, outFeatures: 2 }),
      out: plain(leakyIntegrator, { units: 2 }),
      mean: readOut("mean"),
    }, steps % 8 + 1);
    compare(actor, actor.init(k));
  }
});

Deno.test("bound networks take turns, and none changes with its parameters", () => {
  const actor = make(networks.groups);
  const all = [0, 1].map((seed) => actor.init(key(seed)));
  const bound = all.map((params) => actor.bind(params));
  const row = [0.1, -1, 2, 0.5, -0.5];
  const alone = all.map((params) => actor.apply(params, tensor([row])).dataSync());
  assert(alone[0][0] !== alone[1][0]);
  for (const turn of [0, 1, 0, 1]) assertEquals(bound[turn].act(row), alone[turn]);
});
