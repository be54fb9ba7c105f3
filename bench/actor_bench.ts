// Single observations of an ILC-SAN actor, beside plain loops.
import { ilcSan } from "@spikeloop/actor";
import { key, normal } from "@spikeloop/random";
import { limitThreads } from "@spikeloop/cpu";
import { sum, type Tensor } from "@spikeloop/tensor";
import { plainActorForward } from "./plain_actor.ts";
import { numbersOf } from "./shapes.ts";

limitThreads(1); // threads_bench.ts measures more

const actor = ilcSan({ obsDim: 17, actDim: 6, hiddenSizes: [256, 256], timeSteps: 5 });
const params = actor.init(key(0));
const plain = numbersOf(params);

const one = normal(key(1), [1, 17]);
const many = normal(key(2), [100, 17]);
const share = (x: Tensor) => `${Math.round(100 * sum(x).item() / x.size)} %`;
const { encoded, spikes } = actor.applyWithSpikes(params, many);
const shape = `actor 17-170-256-256-60-6, T 5, spikes ${
  [encoded, ...spikes].map(share).join(", ")
}`;

const single = `${shape}: forward, batch 1`;
const plainOne = one.dataSync();
Deno.bench({ name: "plain loop", group: single, baseline: true }, () => {
  plainActorForward(actor.options, plain, plainOne);
});
Deno.bench({ name: "spikeloop", group: single }, () => {
  actor.apply(params, one);
});
const bound = actor.bind(params);
const into = new Float32Array(actor.head.actDim);
Deno.bench({ name: "spikeloop, bound", group: single }, () => {
  bound.act(plainOne, into);
});

const small = ilcSan({ obsDim: 11, actDim: 3, hiddenSizes: [64, 64], timeSteps: 5 });
const smallParams = small.init(key(0));
const smallBound = small.bind(smallParams);
const observation = normal(key(1), [1, 11]);
const numbersOfOne = observation.dataSync();
const smallGroup = "actor 11-110-64-64-30-3, T 5: forward, batch 1";
const smallNumbers = numbersOf(smallParams);
Deno.bench({ name: "plain loop", group: smallGroup, baseline: true }, () => {
  plainActorForward(small.options, smallNumbers, numbersOfOne);
});
Deno.bench({ name: "spikeloop", group: smallGroup }, () => {
  small.apply(smallParams, observation);
});
Deno.bench({ name: "spikeloop, bound", group: smallGroup }, () => {
  smallBound.act(numbersOfOne, into.subarray(0, 3));
});
