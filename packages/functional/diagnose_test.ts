import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { evaluator } from "@spikeloop/backend/evaluator";
import { cpu } from "@spikeloop/cpu";
import { cubaLif, integrateAndFire, leakyIntegrator, lif, noisy } from "@spikeloop/neuron";
import { key, uniform } from "@spikeloop/random";
import { atan, poissonPass, rect, type Surrogate } from "@spikeloop/surrogate";
import {
  div,
  full,
  greater,
  mean,
  mul,
  ones,
  repeatSteps,
  sqrt,
  sub,
  type Tensor,
  tensor,
  zeros,
} from "@spikeloop/tensor";
import {
  dense,
  diagnose,
  type Diagnosis,
  dropout,
  ilc,
  type Layer,
  linear,
  parallel,
  plain,
  readOut,
  residual,
  sequential,
  stateless,
  type Tensors,
} from "./mod.ts";
import { diagnoseSuite } from "./testing/diagnose_suite.ts";

for (const backend of [cpu, evaluator]) diagnoseSuite({ backend, exact: true });

const [inFeatures, units] = [16, 64];

/** A classifier with a hidden layer of these params. */
function classifier(
  params: Partial<Record<"vThreshold" | "vDecay", number>> = {},
  surrogate: Surrogate = rect(),
) {
  return sequential({
    fc1: linear({ inFeatures, outFeatures: units }),
    hidden: plain(lif, { units, surrogate, params }),
    fc2: linear({ inFeatures: units, outFeatures: 4 }),
    out: plain(leakyIntegrator, { units: 4 }),
  });
}

const net = classifier();
const params = net.init(key(0));
const x = uniform(key(1), [10, 8, inFeatures]);

/** The layers and kinds of the findings. */
const found = ({ findings }: Diagnosis): string[] =>
  findings.map(({ layer, kind, params = [] }) => [layer, kind, ...params].join(" "));

Deno.test("healthy networks give no finding", async () => {
  assertEquals(found(await diagnose(net, params, x)), []);
  assertEquals(found(await diagnose(classifier({}, atan()), params, x)), []);
  const constant = repeatSteps(uniform(key(2), [8, inFeatures]), 10);
  assertEquals(found(await diagnose(net, params, constant)), []);
  const deep = sequential({
    block: sequential({
      fc: linear({ inFeatures, outFeatures: units }),
      spikes: plain(lif, { units, params: { vThreshold: 0.3 } }),
    }),
    around: residual(sequential({
      fc: linear({ inFeatures: units, outFeatures: units, bias: false }),
      drop: dropout({ rate: 0.2 }),
      spikes: ilc(cubaLif, { actDim: 4, decPopDim: units / 4, learn: ["vDecay"] }),
    })),
    both: parallel({
      random: plain(integrateAndFire, { units, surrogate: poissonPass() }),
      smooth: plain(lif, { units, surrogate: atan({ spiking: false }) }),
      same: stateless((y) => y),
    }),
    recurrent: dense(lif, { units: 3 * units, surrogate: atan() }),
    out: readOut("mean"),
  });
  for (const training of [false, true]) {
    assertEquals(found(await diagnose(deep, deep.init(key(3)), x, { training })), []);
  }
});

Deno.test("the activity of every layer is told, also in networks inside", async () => {
  const outer = sequential({ block: net, end: residual(plain(lif, { units: 4 })) });
  const { layers } = await diagnose(outer, outer.init(key(0)), x);
  const names = ["block.fc1", "block.hidden", "block.fc2", "block.out", "end"];
  assertEquals(layers.map(({ layer }) => layer), names);
  const { rates } = net.inspect(outer.init(key(0)).block, net.initialState(8), x);
  const [fc1, hidden] = layers;
  assertEquals(fc1, { layer: "block.fc1", kind: "linear" });
  const { rate = NaN, silent = NaN, saturated, dead = NaN } = hidden;
  assert(Math.abs(rate - mean(rates.hidden).item()) < 1e-6);
  const silentUnits = rates.hidden.dataSync().filter((r) => r === 0).length;
  assertEquals([silent, saturated], [silentUnits / units, 0]);
  assert(dead < silent);
});

Deno.test("a layer that never fires is found, with the gain that it needs", async () => {
  const report = await diagnose(classifier({ vThreshold: 40 }), params, x);
  assertEquals(found(report), [
    "hidden silent",
    "hidden deadSurrogate",
    "fc1 noGradient fc1.weight fc1.bias",
    "fc2 noGradient fc2.weight",
  ]);
  const [silent, dead, fc1, fc2] = report.findings;
  assertStringIncludes(silent.message, "no unit fires in 10 steps of 8 rows");
  const gain = Number(/multiply the weights in fc1 by at least (\d+)/.exec(silent.advice)?.[1]);
  assertStringIncludes(dead.message, "the slope of the surrogate (rect) is 0 everywhere");
  assertStringIncludes(fc1.message, "the slope of the surrogate of hidden is 0 throughout");
  assertStringIncludes(fc2.message, "hidden sends only zeros to it");
  // The advice helps.
  const { weight, bias } = params.fc1;
  const louder = { weight: mul(weight, gain * 1.2), bias: mul(bias, gain * 1.2) };
  const { layers } = await diagnose(classifier({ vThreshold: 40 }), { ...params, fc1: louder }, x);
  assert((layers[1].silent ?? 1) < 1);
});

Deno.test("a surrogate that is nowhere 0 passes a gradient through a layer that is silent", async () => {
  const report = await diagnose(classifier({ vThreshold: 40 }, atan()), params, x);
  assertEquals(found(report), ["hidden silent", "fc2 noGradient fc2.weight"]);
});

Deno.test("a layer that always fires is found", async () => {
  const fc1 = { ...params.fc1, bias: full([units], 5) };
  const report = await diagnose(net, { ...params, fc1 }, x);
  assertEquals(found(report), [
    "hidden saturated",
    "hidden deadSurrogate",
    "fc1 noGradient fc1.weight fc1.bias",
  ]);
  assertStringIncludes(report.findings[0].message, "all units fire at every step");
  const units1 = plain(lif, { units: 1, params: { vThreshold: 0 } });
  const [zero] = (await diagnose(units1, {}, zeros([5, 2, 1]))).findings;
  assertEquals([zero.layer, zero.kind], ["plain lif", "saturated"]);
  assertStringIncludes(zero.advice, "raise the threshold above 0");
});

Deno.test("nine of ten units make a fault of the layer", async () => {
  const half = plain(integrateAndFire, { units: 10, surrogate: atan() });
  const run = (active: number) => {
    const row = Array.from({ length: 10 }, (_, i) => i < active ? 0.4 : 0.01);
    return diagnose(half, {}, repeatSteps(tensor([row]), 5));
  };
  assertEquals(found(await run(1)), []);
  assertEquals(found(await run(0)), ["plain if silent"]);
});

Deno.test("inputs that are empty or not normalized are found", async () => {
  const fc1 = { ...params.fc1, bias: zeros([units]) };
  const empty = await diagnose(net, { ...params, fc1 }, zeros([10, 8, inFeatures]));
  assertEquals(empty.findings[0].kind, "silent");
  const direct = await diagnose(plain(lif, { units: 2 }), {}, zeros([4, 1, 2]));
  assertStringIncludes(direct.findings[0].advice, "it holds only zeros");
  const pixels = await diagnose(net, params, mul(x, 255));
  assertEquals(found(pixels).slice(0, 2), ["the input inputScale", "hidden deadSurrogate"]);
  assertStringIncludes(pixels.findings[0].message, "its numbers reach 25");
});

Deno.test("weights of a bad scale are found", async () => {
  const withWeight = (weight: Tensor) =>
    diagnose(net, { ...params, fc1: { ...params.fc1, weight } }, x);
  const { weight } = params.fc1;
  assertEquals(found(await withWeight(mul(weight, 100)))[0], "fc1 weightScale fc1.weight");
  assertEquals(found(await withWeight(mul(weight, 1e-3)))[0], "fc1 weightScale fc1.weight");
  assertEquals(found(await withWeight(full(weight.shape, 0.1)))[0], "fc1 equalWeights fc1.weight");
  const zero = { ...params.fc2, weight: zeros(params.fc2.weight.shape) };
  assertEquals(found(await diagnose(net, { ...params, fc2: zero }, x)), [
    "fc2 zeroWeights fc2.weight",
    "fc1 noGradient fc1.weight fc1.bias",
  ]);
  const recurrent = dense(lif, { units: 4, surrogate: atan() });
  const own = recurrent.init(key(0));
  const drive = mul(uniform(key(1), [10, 8, 4]), 2);
  const strong = await diagnose(recurrent, { ...own, weight: mul(own.weight, 99) }, drive);
  assertEquals(found(strong)[0], "dense lif weightScale weight");
  const none = await diagnose(recurrent, { ...own, weight: zeros([4, 1, 4]) }, drive);
  assertEquals(found(none), []);
});

Deno.test("the first values that are not finite are found, with layer and time step", async () => {
  const numbers = x.dataSync();
  numbers[3 * 8 * inFeatures + 5] = NaN;
  const input = await diagnose(net, params, tensor(numbers, x.shape));
  assertEquals(found(input), ["the input notFinite"]);
  assertEquals(input.findings[0].step, 3);

  const broken = { ...params, fc2: { ...params.fc2, bias: full([4], NaN) } };
  assertEquals(found(await diagnose(net, broken, x)), ["fc2 notFinite fc2.bias"]);

  const growing = sequential({ ...net.layers, out: plain(lif, { units: 4, learn: ["vDecay"] }) });
  const explosive = { ...params, out: { vDecay: tensor(-1e30) } };
  const report = await diagnose(growing, explosive, x);
  assertEquals(found(report).at(-1), "out notFinite");
  const { step = 0, message } = report.findings.at(-1) ?? { message: "" };
  assertStringIncludes(message, `its variable v is`);
  assert(step > 0 && step < 5);

  const root = stateless((y: Tensor) => div(y, sub(y, y)));
  const division = sequential({ fc1: net.layers.fc1, root });
  assertEquals(
    found(await diagnose(division, division.init(key(0)), x)),
    ["root notFinite"],
  );
});

Deno.test("parameters without a gradient are found, and why", async () => {
  const cut = sequential({
    fc1: linear({ inFeatures, outFeatures: 4 }),
    cut: stateless((y) => greater(y, 0)),
    fc2: linear({ inFeatures: 4, outFeatures: 4 }),
  });
  const report = await diagnose(cut, cut.init(key(0)), x);
  assertEquals(found(report), ["fc1 noGradient fc1.weight fc1.bias"]);
  assertStringIncludes(report.findings[0].advice, "look for detach, stopGradient or greater");

  const recurrent = dense(lif, { units: 4, surrogate: atan() });
  const own = recurrent.init(key(0));
  const [first] = (await diagnose(recurrent, own, uniform(key(0), [1, 8, 4], { max: 2 }))).findings;
  assertEquals(first.params, ["weight", "bias"]);
  assertStringIncludes(first.message, "there is one step");
  const silent = await diagnose(recurrent, own, full([5, 2, 4], -5));
  assertEquals(found(silent), ["dense lif silent", "dense lif noGradient weight"]);

  const aside = await diagnose(net, params, x, { loss: (y) => mean(mul(y, 0)) });
  assertEquals(found(aside).map((text) => text.split(" ")[1]), ["noGradient", "noGradient"]);
});

Deno.test("of branches side by side, the fault of one is not told of the other", async () => {
  const branch = (vThreshold: number) =>
    sequential({
      fc: linear({ inFeatures, outFeatures: units }),
      spikes: plain(lif, { units, params: { vThreshold } }),
    });
  const both = parallel({ good: branch(1), bad: branch(40) });
  assertEquals(found(await diagnose(both, both.init(key(0)), x)), [
    "bad.spikes silent",
    "bad.spikes deadSurrogate",
    "bad.fc noGradient bad.fc.weight bad.fc.bias",
  ]);
});

Deno.test("a loss of one's own may fail too", async () => {
  const report = await diagnose(net, params, x, { loss: (y) => mean(div(1, sub(y, y))) });
  assertEquals(found(report), ["the loss notFinite"]);
  // The slope of a root at 0 is infinite.
  const root = await diagnose(net, params, x, { loss: (y) => mean(sqrt(mul(y, 0))) });
  assertEquals(found(root)[0], "fc1 notFinite fc1.weight");
});

Deno.test("a spiking layer of one's own is judged by its output", async () => {
  const own = (value: number): Layer<Tensors<never>, Tensors<"v">> => ({
    init: () => ({}),
    initialState: (batch) => ({ v: zeros([batch, 1]) }),
    bind: () => (state, x) => [state, x],
    multiStep: (_params, state, xSeq) => [state, full(xSeq.shape, value)],
  });
  const run = async (value: number) => found(await diagnose(own(value), {}, ones([4, 1, 3])));
  assertEquals(await run(0), ["the layer silent"]);
  assertEquals(await run(1), ["the layer saturated"]);
  assertEquals(await run(0.5), []);
});

Deno.test("the report is a text with every finding, its advice and a table", async () => {
  const report = await diagnose(classifier({ vThreshold: 40 }), params, x);
  const text = String(report);
  assertEquals(Deno.inspect(report), text);
  for (const { layer, message, advice } of report.findings) {
    assertStringIncludes(text, `${layer}: ${message}.\n   Try first: ${advice}.`);
  }
  assertStringIncludes(text, "hidden  plain lif               0.000       100 %          0 %");
  assertEquals(JSON.parse(JSON.stringify(report)).findings.length, 4);
  assertEquals(String(await diagnose(net, params, x)).split("\n")[0], "No findings");
});

Deno.test("wrong arguments are refused", async () => {
  const anything = (value: unknown): never => value as never;
  const refuses = (call: () => Promise<unknown>, kind: ErrorConstructor, message: string) =>
    assertRejects(call, kind, message);
  await refuses(() => diagnose(anything(lif), {}, x), TypeError, "Cannot diagnose a network");
  await refuses(() => diagnose(net, params, anything([1])), TypeError, "tensor");
  await refuses(() => diagnose(net, params, ones([3])), TypeError, "expected [T, N, ...]");
  await refuses(() => diagnose(net, params, ones([0, 8, 16])), RangeError, "at least one step");
  await refuses(() => diagnose(net, params, ones([4, 8, 15])), TypeError, "[4, 8, 15]");
  const hissing = sequential({ fc1: net.layers.fc1, hiss: plain(noisy(lif), { units }) });
  const reads = () => diagnose(hissing, hissing.init(key(0)), x);
  await refuses(reads, TypeError, "it reads noise, and it got none");
  await refuses(reads, TypeError, "(in layer hiss)");
  await refuses(() => diagnose(net, anything({}), x), TypeError, "its params lack fc1");
  await refuses(
    () => diagnose(net, params, x, anything({ los: mean })),
    TypeError,
    'no option "los"',
  );
  await refuses(() => diagnose(net, params, x, { loss: anything(3) }), TypeError, "loss is 3");
  await refuses(() => diagnose(net, params, x, { loss: (y) => y }), TypeError, "scalar");
});
