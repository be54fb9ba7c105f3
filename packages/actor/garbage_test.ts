import { bytesOf } from "@spikeloop/dev/testing";
import { dense, linear, plain, readOut, sequential } from "@spikeloop/functional";
import { leakyIntegrator, lif } from "@spikeloop/neuron";
import { key, split } from "@spikeloop/random";
import { assert } from "@std/assert";
import { actorFrom, ilcSan, mlpActor } from "./mod.ts";

const sizes = { obsDim: 3, actDim: 1, hiddenSizes: [16], actLimit: 2 };
const network = sequential({
  fc1: linear({ inFeatures: 3, outFeatures: 16 }),
  hidden: dense(lif, { units: 16, connection: { delay: 2 } }),
  fc2: linear({ inFeatures: 16, outFeatures: 1 }),
  out: plain(leakyIntegrator, { units: 1 }),
  last: readOut("last"),
});
const actors = {
  "ilcSan": ilcSan(sizes),
  "ilcSan with random spikes": ilcSan({ ...sizes, encode: "pop-ran" }),
  "ilcSan with a delay": ilcSan({ ...sizes, connection: { delay: 3 } }),
  "ilcSan with large groups": ilcSan({ ...sizes, decPopDim: 70 }),
  "ilcSan with batch normalization": ilcSan({ ...sizes, batchNorm: true }),
  "mlpActor": mlpActor(sizes),
  "actorFrom": actorFrom(network, { obsDim: 3, actDim: 1, timeSteps: 4 }),
};

for (const [name, actor] of Object.entries(actors)) {
  Deno.test(`${name}: a bound actor leaves less than 1 kB a call`, async () => {
    const bound = actor.bind(actor.init(key(0)));
    const into = new Float32Array(1);
    const observation = Float32Array.of(0.1, 0.9, -2);
    const [own] = split(key(1)); // with words as large as those of a training
    const bytes = await bytesOf(() => bound.act(observation, into, own), 1000);
    assert(bytes < 1000, `${bytes} bytes`);
  });
}
