import { assertEquals, assertThrows } from "@std/assert";
import { evaluator } from "@spikeloop/backend/evaluator";
import { cpu } from "@spikeloop/cpu";
import { integrateAndFire, lif } from "@spikeloop/neuron";
import { key, split } from "@spikeloop/random";
import { ones, type Tensor, tensor } from "@spikeloop/tensor";
import { type Layer, linear, plain, sequential, type Tensors } from "./mod.ts";
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
    "Cannot make sequential: fc1 (linear) has 8 features, and hidden (plain lif) after it takes 6",
  );
  assertThrows(
    () => sequential({ block: sequential({ fc: fc(2, 3) }), fc2: fc(4, 1) }),
    TypeError,
    "block (sequential) has 3 features, and fc2 (linear) after it takes 4",
  );
  const { inFeatures, outFeatures } = net;
  assertEquals([inFeatures, outFeatures], [2, 3]);
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
});

Deno.test("names of layers that JavaScript moves, or that files divide, are refused", () => {
  for (const name of ["0", "12", "", "fc.1"]) {
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
  assertThrows(() => run({ key: keys.slice(1) }), TypeError, "there are 4 keys for 5 steps");
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
