import {
  accuracy,
  confusionMatrix,
  fit,
  progressBar,
  readNpz,
  trainTestSplit,
} from "@spikeloop/data";
import {
  adamW,
  cosineDecay,
  crossEntropy,
  dropout,
  ilc,
  linear,
  plain,
  readOut,
  sequential,
  summary,
} from "@spikeloop/functional";
import { restore, writeSafetensors } from "@spikeloop/interchange";
import { leakyIntegrator, lif } from "@spikeloop/neuron";
import { linePlot, rasterPlot } from "@spikeloop/plot";
import { key } from "@spikeloop/random";
import { atan } from "@spikeloop/surrogate";
import { div, repeatSteps, reshape, slice, type Tensor, transpose } from "@spikeloop/tensor";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import process from "node:process";

const { x, y } = readNpz(await readFile(new URL("digits.npz", import.meta.url)));
console.log(x.shape, y.shape); // [ 1797, 8, 8 ] [ 1797 ]

const first = x.dataSync().subarray(0, 64);
for (let row = 0; row < 64; row += 8) {
  const inks = first.subarray(row, row + 8); // from 0 to 16
  console.log(Array.from(inks, (ink) => " .:-=+*#@"[Math.floor(ink / 2)]).join(""));
}

const images = reshape(div(x, 16), [1797, 64]);
const [data, validation] = trainTestSplit({ x: images, y }, { key: key(0) });
console.log(data.x.shape, validation.x.shape); // [ 1438, 64 ] [ 359, 64 ]

const units = 120;
const net = sequential({
  pixels: dropout({ rate: 0.2 }),
  fc1: linear({ inFeatures: 64, outFeatures: units }),
  hidden: ilc(lif, { actDim: units / 10, decPopDim: 10, surrogate: atan() }),
  fc2: linear({ inFeatures: units, outFeatures: 10 }),
  membrane: plain(leakyIntegrator, { units: 10 }),
  out: readOut("mean"),
});

const seed = Number(process.argv[2] ?? 0);
let params = net.init(key(seed));
console.log(summary(net, params));

const epochs = Number(process.argv[3] ?? 30);
const [batchSize, timeSteps] = [32, 5];
const updates = epochs * Math.ceil(data.x.shape[0] / batchSize);
const training = {
  loss: crossEntropy,
  optimizer: adamW({
    learningRate: cosineDecay({ from: 0.004, steps: updates }),
    weightDecay: 0.1,
  }),
  data,
  validation,
  epochs,
  batchSize,
  timeSteps,
  key: key(seed),
  metrics: { accuracy },
};

const start = performance.now();
const bar = progressBar({ total: epochs, label: "with ILC" });
const withIlc: number[] = [];
for await (const event of fit({ layer: net, params, ...training })) {
  params = event.params;
  withIlc.push(100 * event.metrics.accuracy);
  bar.update(event.epoch, `loss ${event.loss.toFixed(3)}, test ${withIlc.at(-1)?.toFixed(1)} %`);
}
bar.end();
console.log(`trained in ${((performance.now() - start) / 1000).toFixed(1)} s`);

const classify = (p: typeof params, batch: Tensor) => {
  const xSeq = repeatSteps(batch, timeSteps); // [N, 64] to [T, N, 64]
  const [, logits] = net.multiStep(p, net.initialState(batch.shape[0]), xSeq);
  return logits; // [N, 10]
};
const logits = classify(params, validation.x);
console.log(`test accuracy ${(100 * accuracy(logits, validation.y).item()).toFixed(1)} %`);

const table = confusionMatrix(logits, validation.y).dataSync();
for (let digit = 0; digit < 10; digit++) {
  console.log(`${digit} was taken for 0 to 9:`, ...table.subarray(10 * digit, 10 * digit + 10));
}

const ten = repeatSteps(slice(images, 0, 10), timeSteps); // the digits 0 to 9
const { layers } = net.inspect(params, net.initialState(10), ten);
const spikes = reshape(transpose(layers.hidden, [1, 0, 2]), [10 * timeSteps, units]);
await mkdir("digits-out", { recursive: true });
await writeFile(
  "digits-out/spikes.svg",
  rasterPlot(spikes, {
    title: "Hidden spikes for ten images",
    xLabel: "image",
    stepsPerUnit: timeSteps,
    height: 480,
  }),
);

await writeFile("digits-out/digits.safetensors", writeSafetensors(params));

const restored = restore(await readFile("digits-out/digits.safetensors"), net.init(key(0)));
const again = classify(restored, validation.x);
console.log("the same logits:", again.dataSync().every((v, i) => v === logits.dataSync()[i]));

const plainNet = sequential({ ...net.layers, hidden: plain(lif, { units, surrogate: atan() }) });
const withoutIlc: number[] = [];
for await (const { metrics } of fit({ layer: plainNet, ...training })) {
  withoutIlc.push(100 * metrics.accuracy);
}
console.log(`test accuracy without ILC ${withoutIlc.at(-1)?.toFixed(1)} %`);

const number = withIlc.map((_, i) => i + 1);
const curves = [
  { name: "with ILC", x: number, y: withIlc },
  { name: "without ILC", x: number, y: withoutIlc },
];
await writeFile(
  "digits-out/learning.svg",
  linePlot(curves, { title: "Learning", xLabel: "epoch", yLabel: "test accuracy in %" }),
);
