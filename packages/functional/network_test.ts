import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { evaluator } from "@spikeloop/backend/evaluator";
import { cpu } from "@spikeloop/cpu";
import { integrateAndFire, lif } from "@spikeloop/neuron";
import { key, split } from "@spikeloop/random";
import { mul, ones, sum, type Tensor, tensor } from "@spikeloop/tensor";
import {
  diagnose,
  dropout,
  isInspectable,
  type Layer,
  linear,
  parallel,
  plain,
  readOut,
  residual,
  sequential,
  stateless,
  summary,
  synapticOperations,
  type Tensors,
} from "./mod.ts";
import { networkSuite } from "./testing/network_suite.ts";

for (const backend of [cpu, evaluator]) networkSuite({ backend, exact: true });

/** Passes a value as a program without types can. */
const anything = (value: unknown): never => value as never;

const fc = (inFeatures: number, outFeatures: number) => linear({ inFeatures, outFeatures });
const net = sequential({ fc: fc(2, 3), spikes: plain(lif, { units: 3 }) });
const params = net.init(key(0));
const state = net.initialState(4);
const xSeq = ones([5, 4, 2]);

Deno.test("sizes of neighbours that do not fit are refused, and both layers named", () => {
  assertThrows(
    () => sequential({ fc1: fc(4, 8), hidden: plain(lif, { units: 6 }) }),
    TypeError,
    "Cannot make sequential: fc1 (linear) has outFeatures 8, and hidden (plain lif) after it inFeatures 6",
  );
  assertThrows(
    () => sequential({ block: sequential({ fc: fc(2, 3) }), fc2: fc(4, 1) }),
    TypeError,
    "block (sequential) has outFeatures 3, and fc2 (linear) after it inFeatures 4",
  );
  const { inFeatures, outFeatures } = net;
  assertEquals([inFeatures, outFeatures], [2, 3]);
});

Deno.test("a layer in the place of a record of layers is refused", () => {
  for (const make of [sequential, parallel]) {
    assertThrows(
      () => make(anything(fc(2, 3))),
      TypeError,
      "it got a layer, expected layers by name",
    );
  }
});

Deno.test("rows of several axes in the place of features are refused with what to do", () => {
  const run = (shape: number[]) => () => net.multiStep(params, state, ones(shape));
  const layer = sequential({ pixels: fc(6, 1) });
  const pictures = () =>
    layer.multiStep(layer.init(key(0)), layer.initialState(4), ones([5, 4, 2, 3]));
  assertThrows(pictures, TypeError, "expected [T, N, 6]; make one axis of the last 2 with reshape");
  assertThrows(run([5, 4, 3]), TypeError, "the input has shape [5, 4, 3], expected [T, N, 2] (in");
});

Deno.test("a layer of one's own may leave its sizes open", () => {
  const double: Layer<Tensors<never>, Tensors<never>> = {
    init: () => ({}),
    initialState: () => ({}),
    bind: () => (state, x) => [state, x],
    multiStep: (_params, state, xSeq) => [state, xSeq],
  };
  const open = sequential({ fc1: fc(2, 3), double, fc2: fc(4, 1) });
  assertEquals([open.inFeatures, open.outFeatures], [2, 1]);
  assertThrows(() => sequential({ double: anything(lif) }), TypeError, "no function init");
  assertThrows(
    () => sequential({ a: { ...double, kind: anything(3) } }),
    TypeError,
    "kind of layer",
  );
  assertThrows(() => sequential({ a: { ...double, inFeatures: 0.5 } }), RangeError, "is 0.5");
  assertThrows(() => sequential({ a: { ...double, outFeatures: anything("any") } }), TypeError);
});

Deno.test("names of layers that JavaScript moves, or that files divide, are refused", () => {
  for (const name of ["0", "12", "", "fc.1", "__proto__"]) {
    assertThrows(
      () => sequential({ [name]: fc(2, 3) }),
      RangeError,
      `name ${JSON.stringify(name)}`,
    );
  }
  sequential({ "1st": fc(2, 3) });
});

Deno.test("values that are not layers are refused by name", () => {
  const refuses = (layers: unknown, ...words: string[]) => {
    const { message } = assertThrows(() => sequential(anything(layers)), TypeError);
    for (const word of words) assertEquals([message, message.includes(word)], [message, true]);
  };
  refuses({}, "it has no layers");
  refuses([fc(2, 3)], "an array", "layers by name");
  refuses(undefined, "missing");
  refuses({ fc: fc(2, 3), spikes: lif }, "layer spikes has no function init", "plain(lif, ...)");
  refuses({ fc: 3 }, "layer fc is 3");
});

Deno.test("params, states and noise of other layers are refused by name", () => {
  const run = (p: unknown, s: unknown, options?: object) => () =>
    net.multiStep(anything(p), anything(s), xSeq, options);
  const { fc: first, ...rest } = params;
  assertThrows(run(rest, state), TypeError, "its params lack fc, expected fc, spikes; make them");
  assertThrows(run({ ...params, fc2: first }, state), TypeError, "have fc2, which is none");
  assertThrows(run({ ...rest, Fc: first }, state), TypeError, "did you mean fc?");
  assertThrows(run(params, {}), TypeError, "its states lack fc");
  assertThrows(run(undefined, state), TypeError, "its params are undefined");
  assertThrows(run(params, state, { noise: { spike: {} } }), TypeError, "did you mean spikes?");
  assertThrows(run(params, state, { noise: { spikes: xSeq } }), TypeError, "is a tensor");
  assertThrows(run(params, state, { training: 1 }), TypeError, "training is 1");
  assertThrows(run(params, state, { seed: 1 }), TypeError, '"seed"');
  assertThrows(run(params, { ...state, fc: state.spikes }), TypeError, "the state has v");
  assertThrows(() => net.multiStep(params, state, anything([1])), TypeError, "an array");
  assertThrows(() => net.multiStep(params, state, ones([5, 2])), TypeError, "[T, N, 2]");
  assertThrows(() => net.bind(params)(state, xSeq), TypeError);
});

Deno.test("multiStep() takes one key per step too", () => {
  const keys = split(key(3), 5);
  const run = (k: Parameters<typeof net.multiStep>[3]) => net.multiStep(params, state, xSeq, k)[1];
  assertEquals(run({ key: keys }).dataSync(), run({ key: key(3) }).dataSync());
  assertThrows(() => run({ key: keys.slice(1) }), TypeError, "key.length is 4, expected 5");
});

Deno.test("a written layer type is as wide as it says", () => {
  const narrow: Layer<Tensors<"weight" | "bias">, Tensors<never>> = fc(2, 3);
  const wide: Layer[] = [net, narrow, plain(integrateAndFire, { units: 2 })];
  for (const layer of wide) {
    const [, y] = layer.multiStep(layer.init(key(0)), layer.initialState(4), xSeq);
    assertEquals(y.shape.slice(0, 2), [5, 4]);
  }
});

Deno.test("a linear layer without bias has none in its params", () => {
  const layer = linear({ inFeatures: 2, outFeatures: 1, bias: false });
  const params: { readonly weight: Tensor } = layer.init(key(0));
  assertEquals(Object.keys(params), ["weight"]);
  const y = layer.apply({ weight: tensor([[2, 3]]) }, tensor([1, 10]));
  assertEquals([...y.dataSync()], [32]);
  assertThrows(() => layer.bind(anything(fc(2, 1).init(key(0)))), TypeError, '"bias"');
});

Deno.test("a read-out that is not the last layer is refused", () => {
  assertThrows(
    () => sequential({ out: readOut("last"), fc: fc(2, 1) }),
    TypeError,
    "Cannot make sequential: out (readOut last) comes before fc (linear)",
  );
  assertThrows(
    () => sequential({ inner: sequential({ out: readOut("max") }), fc: fc(2, 1) }),
    TypeError,
    "inner (sequential) comes before fc (linear)",
  );
  assertThrows(() => residual(readOut("mean")), TypeError, "readOut mean is a read-out");
  assertThrows(
    () => parallel({ out: readOut("sum"), fc: fc(2, 1) }),
    TypeError,
    "fc (linear) is not",
  );
  assertThrows(() => readOut(anything("first")), RangeError, "last, max, maxAbs, mean, sum");
});

Deno.test("sizes of layers side by side and around that do not fit are refused", () => {
  assertThrows(
    () => parallel({ a: fc(2, 3), b: fc(4, 3) }),
    TypeError,
    "Cannot make parallel: a (linear) has inFeatures 2 and b (linear) 4",
  );
  assertThrows(() => residual(fc(2, 3)), TypeError, "linear has inFeatures 2 and outFeatures 3");
  assertThrows(() => residual(anything(lif)), TypeError, "the layer has no function init");
  const both = parallel({ a: fc(2, 3), b: fc(2, 4), same: dropout({ rate: 0.5 }) });
  assertEquals([both.inFeatures, both.outFeatures], [2, 9]);
  assertThrows(
    () => sequential({ both, fc: fc(8, 1) }),
    TypeError,
    "both (parallel) has outFeatures 9, and fc (linear) after it inFeatures 8",
  );
  assertThrows(
    () => sequential({ fc1: fc(2, 3), drop: dropout({ rate: 0.5 }), fc2: fc(2, 1) }),
    TypeError,
    "fc1 (linear) has outFeatures 3, and fc2 (linear) after it inFeatures 2",
  );
});

Deno.test("dropout acts where training is true alone, and then needs a key", () => {
  const layer = dropout({ rate: 0.5 });
  const run = (options?: object) => layer.multiStep({}, layer.initialState(4), xSeq, options)[1];
  assertStrictEquals(run(), xSeq);
  assertStrictEquals(run({ key: key(0), training: false }), xSeq);
  assertThrows(() => run({ training: true }), TypeError, "{ training: true, key: key(seed) }");
  assertThrows(() => run({ training: true, key: 3 }), TypeError, "key is 3");
  assertThrows(() => dropout({ rate: 1 }), RangeError, "rate is 1");
  assertThrows(() => dropout(anything({ p: 0.5 })), TypeError, '"p"');
});

Deno.test("a function that does not keep its rows is refused", () => {
  const run = (f: (x: Tensor) => unknown) => () =>
    stateless(anything(f)).multiStep({}, {}, xSeq, undefined);
  assertThrows(run(() => 3), TypeError, "f returned 3, expected a tensor of shape [20, ...]");
  assertThrows(run(() => ones([5, 4])), TypeError, "f returned shape [5, 4]");
  assertThrows(() => stateless(anything("relu")), TypeError, '"relu"');
  const [, y] = stateless((x) => sum(x, 1)).multiStep({}, {}, xSeq);
  assertEquals(y.shape, [5, 4]);
});

Deno.test("lengths that do not fit are refused", () => {
  const out = readOut("mean");
  const run = (lengths: unknown) => () =>
    out.multiStep({}, out.initialState(4), xSeq, { lengths: anything(lengths) });
  assertThrows(run([1, 2]), TypeError, "lengths have shape [2], expected [N] = [4]");
  assertThrows(run([1, 2, 0, 1]), RangeError, "a length is 0, expected an integer of at least 1");
  assertThrows(run(3), TypeError, "lengths is 3");
  assertThrows(() => out.multiStep({}, anything({}), xSeq), TypeError, "the state lacks total");
  assertThrows(() => out.multiStep({}, out.initialState(4), ones([5, 4])), TypeError, "[T, N, F]");
  assertThrows(() => out.bind({})(out.initialState(4), xSeq), TypeError, "expected [N, F]");
});

Deno.test("summary() is a table of the layers", () => {
  const deep = sequential({
    block: residual(sequential({ fc: fc(64, 64), spikes: plain(lif, { units: 64 }) })),
    both: parallel({ fc: fc(64, 1000), drop: dropout({ rate: 0.1 }) }),
    squash: stateless((x) => x),
    out: readOut("mean"),
  });
  assertEquals(
    summary(deep, deep.init(key(0))).split("\n").map((line) => line.trimEnd()),
    [
      "name       kind                 output     parameters",
      "block      residual sequential  [N, 64]         4,160",
      "both.fc    linear               [N, 1000]      65,000",
      "both.drop  dropout              [N, 64]             0",
      "squash     stateless            [N, ...]            0",
      "out        readOut mean         [N, ...]            0",
      "total      sequential           [N, ...]       69,160",
    ],
  );
  assertThrows(() => summary(net, anything({ fc: params.fc })), TypeError, "params lack spikes");
  assertThrows(() => summary(anything(lif), {}), TypeError, "no function init");
  assertEquals(summary(fc(2, 3), fc(2, 3).init(key(0))).split("\n").length, 3);
});

Deno.test("an error in a layer names it, also in networks inside", () => {
  const outer = sequential({ block: net, fc: fc(3, 2) });
  const good = outer.init(key(0));
  const wrong = { ...good, block: { ...good.block, fc: fc(4, 3).init(key(0)) } };
  const where = "weight is [3, 4], expected [3, 2] (in layer block.fc)";
  assertThrows(() => outer.bind(wrong), TypeError, where);
  assertThrows(() => outer.multiStep(wrong, outer.initialState(4), xSeq), TypeError, where);
  const step = outer.bind(good);
  assertThrows(
    () => step(outer.initialState(3), ones([4, 2])),
    TypeError,
    "(in layer block.spikes)",
  );
  const own = stateless(() => {
    throw new Error("mine");
  });
  const layers = sequential({ own });
  const { message } = assertThrows(() => layers.multiStep({ own: {} }, { own: {} }, xSeq), Error);
  assertEquals(message, "mine");
});

Deno.test("a residual layer whose output would be stretched is refused", () => {
  const narrow = residual(stateless((x) => sum(x, { axis: -1, keepDims: true })));
  assertThrows(
    () => narrow.multiStep({}, {}, xSeq),
    TypeError,
    "the layer makes [5, 4, 1] of the input [5, 4, 2], expected the same shape",
  );
  assertThrows(() => narrow.bind({})({}, ones([4, 2])), TypeError, "[4, 1]");
});

Deno.test("a copy of a network with other maths shows no layers of the original", () => {
  const multiStep: typeof net.multiStep = (params, state, xSeq) =>
    net.multiStep(params, state, mul(xSeq, 2));
  const copy = { ...net, multiStep };
  assert(isInspectable(net) && isInspectable({ ...net }));
  assert(!isInspectable(copy) && !isInspectable(net.layers.fc));
  assertThrows(() => copy.inspect(params, state, xSeq), TypeError, "a copy with another multiStep");
  const { inspect } = net;
  assertEquals(inspect(params, state, xSeq).y, net.multiStep(params, state, xSeq)[1]);
  // One of its own shows what its author says.
  const own = { ...copy, inspect: (...args: Parameters<typeof inspect>) => inspect(...args) };
  assert(isInspectable(own));
  assertEquals(own.inspect(params, state, xSeq).y.shape, [5, 4, 3]);
});

Deno.test("isInspectable() tells types that a layer has inspect", () => {
  const rows: <P, S>(layer: Layer<P, S>, params: P, state: S) => number | undefined = (
    layer,
    params,
    state,
  ) => isInspectable(layer) ? layer.inspect(params, state, xSeq).layers.fc.shape[1] : undefined;
  assertEquals(rows(net, params, state), 4);
  assertEquals(rows(net.layers.fc, params.fc, state.fc), undefined);
  // Where its type has inspect already, it keeps it.
  if (!isInspectable(net)) assertEquals(net.kind, "none");
});

Deno.test("diagnose() and synapticOperations() run a copy with other maths as one layer", async () => {
  const multiStep: typeof net.multiStep = (_params, state) => [state, ones([5, 4, 3])];
  const whole = sequential({ fc: fc(2, 2), block: { ...net, multiStep } });
  const own = whole.init(key(0));
  const { layers } = await diagnose(whole, own, xSeq);
  assertEquals(layers.map(({ layer }) => layer), ["fc", "block"]);
  const { uncounted } = await synapticOperations(whole, own, xSeq);
  assertEquals(uncounted, ["block"]);
});

Deno.test("a layer of one's own that returns no state with a tensor is named", () => {
  const own = (result: unknown): Layer<Tensors<never>, Tensors<never>> => ({
    init: () => ({}),
    initialState: () => ({}),
    bind: () => () => anything(result),
    multiStep: () => anything(result),
  });
  const cases: [unknown, string][] = [
    [undefined, "the layer returned undefined, expected [state, y]"],
    [ones([5, 4, 2]), "the layer returned Tensor([5, 4, 2], cpu), expected [state, y]"],
    [[{}, 1], "the layer returned [state, y] with y 1, expected a tensor"],
    [[{}], "the layer returned [state, y] with y undefined, expected a tensor"],
  ];
  for (const [result, message] of cases) {
    const net = sequential({ fc: fc(2, 2), own: own(result) });
    const [params, state] = [net.init(key(0)), net.initialState(4)];
    const named = `Cannot run sequential: ${message} (in layer own)`;
    assertThrows(() => net.multiStep(params, state, xSeq), TypeError, named);
    assertThrows(() => net.bind(params)(state, ones([4, 2])), TypeError, named);
    const around = residual(own(result));
    assertThrows(() => around.multiStep({}, {}, xSeq), TypeError, message);
    assertThrows(() => around.bind({})({}, ones([4, 2])), TypeError, message);
  }
});
