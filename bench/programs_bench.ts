// Programs as users write them: a training step with an ordinary loss, an epoch of the digits
// tutorial, and a TD3 update.
import { ilcSan } from "@spikeloop/actor";
import { limitThreads } from "@spikeloop/cpu";
import { fit, readNpz } from "@spikeloop/data";
import {
  adam,
  crossEntropy,
  dropout,
  ilc,
  linear,
  plain,
  readOut,
  sequential,
  type Tensors,
} from "@spikeloop/functional";
import { leakyIntegrator, lif } from "@spikeloop/neuron";
import { key, normal, split } from "@spikeloop/random";
import { atan } from "@spikeloop/surrogate";
import { div, mean, mul, reshape, sum, valueAndGrad, zeros } from "@spikeloop/tensor";
import { td3 } from "@spikeloop/training";
import { plainActorBackward, plainActorForward } from "./plain_actor.ts";
import { plainLearner, plainTd3Update } from "./plain_td3.ts";
import { plainClassifierStep } from "./plain_classifier.ts";
import { extents, numbersOf, percent, problem, shapeName } from "./shapes.ts";

limitThreads(1); // threads_bench.ts measures more

{
  const p = problem(extents(16, 256, 8, 10));
  const { batch, actDim, decPopDim } = p.extents;
  const labels = Uint8Array.from({ length: batch }, (_, i) => i % actDim);
  const gradient = valueAndGrad((params: Tensors) => {
    const [, spikes] = p.population.multiStep(params, p.state, p.x);
    return crossEntropy(mean(reshape(mean(spikes, 0), [batch, actDim, decPopDim]), 2), labels);
  });
  const optimizer = adam();
  const { params } = p;
  const memory = optimizer.init(params);
  const learner = plainLearner(numbersOf(params));
  let steps = 0;
  const group = `training step of ilc(cubaLif), cross-entropy, adam, ${shapeName(p.extents)}, ${
    percent(p.spikeRate)
  } spikes`;
  Deno.bench({ name: "plain loop", group, baseline: true }, () => {
    plainClassifierStep(p.extents, learner, p.plain.x, labels, ++steps);
  });
  Deno.bench({ name: "spikeloop", group }, () => {
    const [, grads] = gradient(params);
    optimizer.update(params, grads, memory);
  });
}

{
  const file = new URL("../docs/tutorials/digits.npz", import.meta.url);
  const { x, y } = readNpz(Deno.readFileSync(file));
  const data = { x: reshape(div(x, 16), [1797, 64]), y };
  const units = 120;
  const networkOf = (isWired: boolean) =>
    sequential({
      pixels: dropout({ rate: 0.2 }),
      fc1: linear({ inFeatures: 64, outFeatures: units }),
      hidden: isWired
        ? ilc(lif, { actDim: units / 10, decPopDim: 10, surrogate: atan() })
        : plain(lif, { units, surrogate: atan() }),
      fc2: linear({ inFeatures: units, outFeatures: 10 }),
      membrane: plain(leakyIntegrator, { units: 10 }),
      out: readOut("mean"),
    });
  const group = "epoch of the digits tutorial, 1,797 images, T=5, batch 32";
  for (const [name, isWired] of [["without connections", false], ["with ILC", true]] as const) {
    const layer = networkOf(isWired);
    const training = {
      layer,
      loss: crossEntropy,
      optimizer: adam({ learningRate: 0.004 }),
      data,
      epochs: 1,
      batchSize: 32,
      timeSteps: 5,
      key: key(0),
    };
    Deno.bench({ name, group, baseline: !isWired }, async () => {
      for await (const _ of fit(training));
    });
  }
}

{
  const actor = ilcSan({ obsDim: 17, actDim: 6, hiddenSizes: [256, 256], timeSteps: 5 });
  const batch = 100;
  const params = actor.init(key(0));
  const plain = numbersOf(params);
  const many = normal(key(2), [batch, 17]);
  const weights = normal(key(3), [batch, 6]);
  const lossAndGrad = valueAndGrad((p: Tensors) => sum(mul(actor.apply(p, many), weights)));
  const [plainMany, plainWeights] = [many.dataSync(), weights.dataSync()];
  const both = `actor 17-170-256-256-60-6, T 5: forward and backward, batch ${batch}`;
  Deno.bench({ name: "plain loop", group: both, baseline: true, n: 3 }, () => {
    const pass = plainActorForward(actor.options, plain, plainMany);
    plainActorBackward(actor.options, plain, plainMany, pass, plainWeights);
  });
  Deno.bench({ name: "spikeloop", group: both }, () => {
    lossAndGrad(params);
  });

  const update = `TD3 update of it, critics 23-256-256-1, batch ${batch}`;
  const agent = td3({ actor });
  let state = agent.init(key(4));
  const draw = (seed: number, ...shape: number[]) => normal(key(seed), shape);
  const experiences = {
    observation: draw(2, batch, 17),
    action: draw(5, batch, 6),
    reward: draw(6, batch),
    nextObservation: draw(7, batch, 17),
    done: zeros([batch]),
  };
  const { q1, q2 } = state.networks;
  const plainAgent = {
    actor: plainLearner(numbersOf(state.networks.actor)),
    critics: [plainLearner(numbersOf(q1)), plainLearner(numbersOf(q2))],
    steps: { actor: 0, critics: 0 },
  };
  const plainBatch = {
    observation: experiences.observation.dataSync(),
    action: experiences.action.dataSync(),
    reward: experiences.reward.dataSync(),
    nextObservation: experiences.nextObservation.dataSync(),
    done: experiences.done.dataSync(),
    noise: draw(8, batch, 6).dataSync(),
  };
  let next = key(9);
  for (const [what, timer] of [["critics", 1], ["critics, actor and targets", 0]] as const) {
    const group = `${update}: ${what}`;
    Deno.bench({ name: "plain loop", group, baseline: true, n: 3 }, () => {
      plainTd3Update(actor.options, plainAgent, plainBatch, timer === 0);
    });
    Deno.bench({ name: "spikeloop", group }, () => {
      const keys = split(next);
      next = keys[0];
      [state] = agent.update(state, experiences, { timer, key: keys[1] });
    });
  }
}
