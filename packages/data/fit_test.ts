import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  adam,
  crossEntropy,
  meanSquaredError,
  readOut,
  sequential,
  sgd,
} from "@spikeloop/functional";
import { key } from "@spikeloop/random";
import {
  less,
  mapTree,
  mul,
  ones,
  repeatSteps,
  reshape,
  sqrt,
  sub,
  sum,
  type Tensor,
  tensor,
  transpose,
  treeLeaves,
  where,
} from "@spikeloop/tensor";
import { fit } from "./fit.ts";
import type { FitEvent } from "./fit_options.ts";
import { accuracy } from "./metrics.ts";
import { logits, network, type Params, points } from "./testing/network.ts";

const data = points();
const measure = (output: Tensor, y: Tensor) => accuracy(logits(output), y);
const options = {
  layer: network,
  loss: (output: Tensor, y: Tensor) => crossEntropy(logits(output), y),
  optimizer: adam({ learningRate: 0.02 }),
  data,
  epochs: 4,
  batchSize: 16,
  timeSteps: 4,
  key: key(0),
  metrics: { accuracy: measure },
};

const numbers = (params: Params) => treeLeaves(params).map((x) => x.dataSync());
const all = <N extends string>(events: AsyncIterable<FitEvent<Params, N>>) =>
  Array.fromAsync(events);

Deno.test("fit() learns, and yields what it measured after every epoch", async () => {
  const events = await all(fit({ ...options, epochs: 12, validation: data }));
  assertEquals(events.map(({ epoch }) => epoch), Array.from({ length: 12 }, (_, i) => i + 1));
  const [first, last] = [events[0], events[11]];
  assert(last.loss < first.loss / 2);
  assert(last.metrics.accuracy > 0.9);
  // Loss and metrics on the validation are those of the yielded parameters.
  const xSeq = repeatSteps(data.x, 4);
  const [, output] = network.multiStep(last.params, network.initialState(60), xSeq);
  assertAlmostEquals(last.metrics.accuracy, accuracy(logits(output), data.y).item(), 1e-6);
  assertAlmostEquals(last.validationLoss ?? 0, crossEntropy(logits(output), data.y).item(), 1e-6);
});

Deno.test("without validation the metrics are those of the training", async () => {
  const [{ metrics, validationLoss, loss }] = await all(fit({
    ...options,
    epochs: 1,
    metrics: {
      accuracy: measure,
      loss: (output, y) => crossEntropy(logits(output), y),
      seven: () => 7,
    },
  }));
  assertEquals(validationLoss, undefined);
  assertAlmostEquals(metrics.loss, loss, 1e-6);
  assertAlmostEquals(metrics.seven, 7, 1e-6);
  assert(metrics.accuracy > 0.2);
});

Deno.test("fit() goes on from a snapshot to the same bits", async () => {
  const whole = await all(fit(options));
  assertEquals(whole.length, 4);
  for (const { epoch, snapshot } of whole) {
    const rest = await all(fit({ ...options, resume: snapshot }));
    assertEquals(rest.map((event) => event.epoch), [1, 2, 3, 4].slice(epoch));
    rest.forEach((event, i) => {
      assertEquals(numbers(event.params), numbers(whole[epoch + i].params));
      assertEquals(event.loss, whole[epoch + i].loss);
    });
  }
});

Deno.test("fit() is the same for the same key, and takes first parameters", async () => {
  const run = async (more: object) => numbers((await all(fit({ ...options, ...more })))[0].params);
  const once = { epochs: 1 };
  assertEquals(await run(once), await run(once));
  const other = await run({ ...once, key: key(1) });
  assert(other[0].some((w, i) => w !== Math.fround(w) || w !== other[0][0] + i));
  const params = network.init(key(9));
  const still = { ...once, params, optimizer: sgd({ learningRate: 0 }) };
  assertEquals(await run(still), numbers(params));
});

Deno.test("sequences enter step by step, and further columns reach the loss", async () => {
  const seen: string[] = [];
  const xSeq = transpose(repeatSteps(data.x, 4), [1, 0, 2]); // [samples, T, ...]
  const { timeSteps: _, ...rest } = options;
  const [sequences] = await all(fit({
    ...rest,
    epochs: 1,
    data: { ...data, x: xSeq, weight: new Float32Array(60) },
    loss: (output, y, columns) => {
      seen.push(Object.keys(columns).join());
      return crossEntropy(logits(output), y);
    },
  }));
  assertEquals(new Set(seen), new Set(["weight"]));
  const [repeated] = await all(fit({ ...options, epochs: 1 }));
  assertEquals(numbers(sequences.params), numbers(repeated.params));
});

Deno.test("lengths reach the read-out, or the loss where there is none", async () => {
  const { timeSteps: _, ...rest } = options;
  const xSeq = transpose(repeatSteps(data.x, 4), [1, 0, 2]);
  const lengths = Uint8Array.from({ length: 60 }, (_, i) => 1 + i % 4);
  const run = async (padding: number) => {
    const steps = Uint8Array.from({ length: 60 * 4 }, (_, i) => i % 4);
    const isPadding = less(sub(tensor(lengths, [60, 1]), 1), tensor(steps, [60, 4]));
    const x = where(reshape(isPadding, [60, 4, 1]), padding, xSeq);
    const withReadOut = fit({
      ...rest,
      layer: sequential({ network, mean: readOut("mean") }),
      loss: crossEntropy,
      metrics: { accuracy },
      data: { x, y: data.y, lengths },
      epochs: 1,
    });
    const perStep = fit({
      ...rest,
      metrics: {},
      loss: (output, _, columns) => meanSquaredError(output, 0.5, columns),
      data: { x, y: data.y, lengths },
      epochs: 1,
    });
    const losses = [];
    for await (const { loss } of withReadOut) losses.push(loss);
    for await (const { loss } of perStep) losses.push(loss);
    return losses;
  };
  assertEquals(await run(0), await run(9));
});

Deno.test("fit() names the first layer whose values are not finite", async () => {
  const rejects = (more: object, ...words: string[]) =>
    assertRejects(() => all(fit({ ...options, ...more })), RangeError, ...words);
  const start = network.init(key(0));
  const big = { ...start, fc1: mapTree((w) => mul(w, 3e38), start.fc1) };
  const large = { ...data, x: mul(data.x, 100) };
  const overflow = { params: big, data: large };
  await rejects(overflow, "in epoch 1, batch 1 values stop being finite, first in the output of");
  await rejects(overflow, "layer fc1");
  const broken = { ...start, fc1: { ...start.fc1, bias: mul(start.fc1.bias, NaN) } };
  await rejects({ params: broken }, "in the parameter fc1.bias");
  await rejects({ data: { ...data, x: mul(data.x, Infinity) } }, "in the input x");
  await rejects({ loss: (y: Tensor) => mul(sum(y), NaN) }, "first in the loss");
  const steep = (y: Tensor) => sum(sqrt(mul(y, 0)));
  await rejects({ loss: steep }, "first in the gradient of fc1.weight");
  const { inspect: _, ...plain } = network;
  await rejects({ ...overflow, layer: plain }, "in the gradient of fc1.weight");
});

Deno.test("fit() never yields parameters that are not finite", async () => {
  const optimizer = sgd({ learningRate: 1e60 });
  const run = () => all(fit({ ...options, optimizer, batchSize: 60, epochs: 1 }));
  await assertRejects(
    run,
    RangeError,
    "in epoch 1 values stop being finite, first in the parameter fc1.weight",
  );
});

Deno.test("fit() checks its options when it is called", () => {
  const wrong = (more: object, ...words: string[]) =>
    assertThrows(() => fit({ ...options, ...more }), TypeError, ...words);
  wrong({ timeSteps: undefined }, "pass timeSteps");
  wrong({ layer: {} }, "layer.init is missing");
  wrong({ optimizer: "adam" }, "optimizer.init");
  wrong({ loss: 1 }, "loss is 1");
  wrong({ data: { x: ones([3, 4]) } }, "data lacks y");
  wrong({ metrics: { accuracy: 1 } }, "metrics.accuracy is 1");
  wrong({ key: 0 }, "key is 0");
  wrong({ lr: 1 }, 'no option "lr"');
  wrong({ resume: 3 }, "a snapshot that fit yielded");
  const params = network.init(key(0));
  wrong({ resume: { epoch: 1, params } }, "resume has no state of an optimizer");
  wrong({ resume: { epoch: 1, params, optimizer: {} }, params }, "both params and resume");
  assertThrows(() => fit({ ...options, epochs: 0 }), RangeError, "epochs is 0");
});

Deno.test("a layer of one's own that returns no state with a tensor is refused", async () => {
  const cases: [unknown, string][] = [
    [undefined, "Cannot fit: the layer returned undefined, expected [state, y]"],
    [ones([1]), "Cannot fit: the layer returned Tensor([1], cpu), expected [state, y]"],
    [[{}, 1], "Cannot fit: the layer returned [state, y] with y 1, expected a tensor"],
  ];
  for (const [result, message] of cases) {
    const layer = { ...network, multiStep: () => result as never };
    const run = fit({ ...options, layer, metrics: {}, loss: () => tensor(1) });
    await assertRejects(() => all(run), TypeError, message);
    const validated = fit({
      ...options,
      layer: {
        ...network,
        multiStep: (...args: Parameters<typeof network.multiStep>) =>
          args[3]?.training ? network.multiStep(...args) : result as never,
      },
      validation: data,
    });
    await assertRejects(() => all(validated), TypeError, message);
  }
});

Deno.test("a metric that returns no number is refused by its name", async () => {
  for (const metric of [() => undefined, () => "much", (y: Tensor) => y]) {
    const run = fit({ ...options, epochs: 1, metrics: { mine: metric as never } });
    await assertRejects(() => all(run), TypeError, "metrics.mine returned");
  }
});

Deno.test("the snapshot of another optimizer or of another network is refused", async () => {
  const [{ snapshot }] = await all(fit({ ...options, epochs: 1 }));
  const refuses = (more: object, message: string) =>
    assertRejects(
      () => all(fit({ ...options, epochs: 2, resume: snapshot, ...more })),
      TypeError,
      message,
    );
  await refuses({ optimizer: sgd() }, 'Cannot run sgd: it has no moment "mean", it takes none');
  await refuses({ optimizer: sgd({ momentum: 0.9 }) }, 'it has no moment "mean", only velocity');
  const other = { ...snapshot, params: mapTree(() => ones([1]), snapshot.params) };
  await refuses({ resume: other }, "(in layer");
});
