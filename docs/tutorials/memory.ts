import { accuracy, fit } from "@spikeloop/data";
import {
  adam,
  cosineDecay,
  crossEntropy,
  dense,
  ilc,
  type Layer,
  linear,
  plain,
  readOut,
  sequential,
} from "@spikeloop/functional";
import { restore, writeSafetensors } from "@spikeloop/interchange";
import { leakyIntegrator, lif } from "@spikeloop/neuron";
import { rasterPlot } from "@spikeloop/plot";
import { type Key, key, randint, split, uniform } from "@spikeloop/random";
import { atan } from "@spikeloop/surrogate";
import { reshape, slice, tensor, transpose, type Tree } from "@spikeloop/tensor";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import process from "node:process";

const seed = Number(process.argv[2] ?? 0);
const gap = Number(process.argv[3] ?? 12);
const epochs = Number(process.argv[4] ?? 40);
const [cue, channels] = [3, 10];
const steps = cue + gap + cue;

function makeTrials(count: number, k: Key) {
  const [cueKey, spikeKey] = split(k);
  const cues = randint(cueKey, [count, 2], { min: 0, max: 2 }).dataSync(); // 0 for A, 1 for B
  const draws = uniform(spikeKey, [count, steps, channels]).dataSync();
  const spikes = draws.map((draw, i) => {
    const channel = i % channels;
    const step = Math.floor(i / channels) % steps;
    const trial = Math.floor(i / channels / steps);
    const isFirst = step < cue;
    const isSecond = step >= cue + gap;
    const shown = isFirst ? cues[2 * trial] : isSecond ? cues[2 * trial + 1] : undefined;
    const isBusy = shown === Math.floor(channel / 5); // 0 to 4 fire for A, 5 to 9 for B
    return Number(draw < (isBusy ? 0.7 : 0.05));
  });
  const y = Uint8Array.from({ length: count }, (_, i) => Number(cues[2 * i] === cues[2 * i + 1]));
  return { x: tensor(spikes, [count, steps, channels]), y };
}
const [dataKey, testKey] = split(key(1));
const data = makeTrials(512, dataKey);
const validation = makeTrials(500, testKey);

const first = slice(data.x, 0, 1).dataSync();
for (let channel = 0; channel < channels; channel++) {
  const spikes = first.filter((_, i) => i % channels === channel);
  console.log(Array.from(spikes, (spike) => (spike > 0 ? "|" : ".")).join(""));
}
console.log(data.y[0] > 0 ? "a match" : "no match");

const units = 40;
const surrogate = atan();
const net = sequential({
  fc1: linear({ inFeatures: channels, outFeatures: units }),
  hidden: dense(lif, { units, surrogate }),
  fc2: linear({ inFeatures: units, outFeatures: 2 }),
  membrane: plain(leakyIntegrator, { units: 2 }),
  out: readOut("last"),
});

const { layers } = net;
const plainNet = sequential({ ...layers, hidden: plain(lif, { units, surrogate }) });
const ilcNet = sequential({
  ...layers,
  hidden: ilc(lif, { actDim: 4, decPopDim: 10, surrogate }),
});
const delayedNet = sequential({
  ...layers,
  hidden: dense(lif, { units, surrogate, connection: { delay: cue + gap } }),
});

async function train<P extends Tree, S extends Tree>(name: string, layer: Layer<P, S>): Promise<P> {
  const batchSize = 32;
  const updates = epochs * data.y.length / batchSize;
  let params = layer.init(key(seed));
  let score = 0;
  const training = fit({
    layer,
    params,
    loss: crossEntropy,
    optimizer: adam({ learningRate: cosineDecay({ from: 0.005, steps: updates }) }),
    data,
    validation,
    epochs,
    batchSize,
    key: key(seed),
    metrics: { accuracy },
  });
  for await (const event of training) {
    params = event.params;
    score = event.metrics.accuracy;
  }
  console.log(`${name}: ${(100 * score).toFixed(1)} %`);
  return params;
}

await train("no connections", plainNet);
await train("groups of 10", ilcNet);
const params = await train("all to all", net);
await train(`all to all, delay ${cue + gap}`, delayedNet);

const xSeq = transpose(slice(validation.x, 0, 6), [1, 0, 2]); // [N, T, F] to [T, N, F]
const outputs = net.inspect(params, net.initialState(6), xSeq).layers;
const spikes = reshape(transpose(outputs.hidden, [1, 0, 2]), [6 * steps, units]);
await mkdir("memory-out", { recursive: true });
await writeFile(
  "memory-out/spikes.svg",
  rasterPlot(spikes, {
    title: "Hidden spikes in six trials",
    xLabel: "trial",
    stepsPerUnit: steps,
  }),
);

await writeFile("memory-out/memory.safetensors", writeSafetensors(params));
const restored = restore(await readFile("memory-out/memory.safetensors"), net.init(key(0)));
const [, logits] = net.multiStep(restored, net.initialState(6), xSeq);
console.log("the same logits:", logits.dataSync().every((v, i) => v === outputs.out.dataSync()[i]));
