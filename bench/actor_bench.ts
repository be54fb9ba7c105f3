// The whole ILC-SAN actor and a whole TD3 update of it, beside plain loops.
import { ilcSan } from "@spikeloop/actor";
import { key, normal, split } from "@spikeloop/random";
import { limitThreads } from "@spikeloop/cpu";
import { mul, sum, type Tensor, valueAndGrad, zeros } from "@spikeloop/tensor";
import { td3 } from "@spikeloop/training";
import { plainActorBackward, plainActorForward, type PlainParams } from "./plain_actor.ts";
import { plainLearner, plainTd3Update } from "./plain_td3.ts";

limitThreads(1); // threads_bench.ts measures more

type Tensors = Readonly<Record<string, Tensor>>;

const actor = ilcSan({ obsDim: 17, actDim: 6, hiddenSizes: [256, 256], timeSteps: 5 });
const extents = { ...actor.options };
const params = actor.init(key(0));
const numbers = (p: Tensors): PlainParams =>
  Object.fromEntries(Object.entries(p).map(([name, x]) => [name, x.dataSync()]));
const plain = numbers(params);

const batch = 100;
const one = normal(key(1), [1, 17]);
const many = normal(key(2), [batch, 17]);
const share = (x: Tensor) => `${Math.round(100 * sum(x).item() / x.size)} %`;
const { encoded, spikes } = actor.applyWithSpikes(params, many);
const shape = `actor 17-170-256-256-60-6, T 5, spikes ${
  [encoded, ...spikes].map(share).join(", ")
}`;

const single = `${shape}: forward, batch 1`;
const plainOne = one.dataSync();
Deno.bench({ name: "plain loop", group: single, baseline: true }, () => {
  plainActorForward(extents, plain, plainOne);
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
Deno.bench({ name: "apply", group: smallGroup, baseline: true }, () => {
  small.apply(smallParams, observation);
});
Deno.bench({ name: "bound", group: smallGroup }, () => {
  smallBound.act(numbersOfOne, into.subarray(0, 3));
});

const both = `${shape}: forward and backward, batch ${batch}`;
const weights = normal(key(3), [batch, 6]);
const lossAndGrad = valueAndGrad((p: Tensors, obs: Tensor) =>
  sum(mul(actor.apply(p, obs), weights))
);
const [plainMany, plainWeights] = [many.dataSync(), weights.dataSync()];
Deno.bench({ name: "plain loop", group: both, baseline: true, n: 3, warmup: 1 }, () => {
  const pass = plainActorForward(extents, plain, plainMany);
  plainActorBackward(extents, plain, plainMany, pass, plainWeights);
});
Deno.bench({ name: "spikeloop", group: both }, () => {
  lossAndGrad(params, many);
});

const update = `TD3 update of it, critics 23-256-256-1, batch ${batch}`;
const agent = td3({ actor });
let state = agent.init(key(4));
const draw = (seed: number, ...shape: number[]) => normal(key(seed), shape);
const experiences = {
  observation: many,
  action: draw(5, batch, 6),
  reward: draw(6, batch),
  nextObservation: draw(7, batch, 17),
  done: zeros([batch]),
};
const { q1, q2 } = state.networks;
const plainAgent = {
  actor: plainLearner(numbers(state.networks.actor)),
  critics: [plainLearner(numbers(q1)), plainLearner(numbers(q2))],
  steps: { actor: 0, critics: 0 },
};
const plainBatch = {
  observation: plainMany,
  action: experiences.action.dataSync(),
  reward: experiences.reward.dataSync(),
  nextObservation: experiences.nextObservation.dataSync(),
  done: experiences.done.dataSync(),
  noise: draw(8, batch, 6).dataSync(),
};
let next = key(9);
for (const [what, timer] of [["critics", 1], ["critics, actor and targets", 0]] as const) {
  const group = `${update}: ${what}`;
  Deno.bench({ name: "plain loop", group, baseline: true, n: 3, warmup: 1 }, () => {
    plainTd3Update(extents, plainAgent, plainBatch, timer === 0);
  });
  Deno.bench({ name: "spikeloop", group }, () => {
    const keys = split(next);
    next = keys[0];
    [state] = agent.update(state, experiences, { timer, key: keys[1] });
  });
}
