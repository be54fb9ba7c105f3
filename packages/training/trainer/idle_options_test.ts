import { assertThrows } from "@std/assert";
import { ilcSan, mlpActor } from "@spikeloop/actor";
import { key } from "@spikeloop/random";
import {
  behaviourCloning,
  cartPole,
  type CloningState,
  pendulum,
  ppo,
  sac,
  td3,
  trainer,
  vectorized,
} from "../mod.ts";

const { observationSpace, actionSpace } = pendulum();
const spaces = { observationSpace, actionSpace, hiddenSizes: [4] };
const soft = mlpActor({ ...spaces, logStd: "network" });
const proximal = ppo({ actor: mlpActor({ ...spaces, logStd: "parameter" }), minibatchSize: 32 });
const run = { environment: pendulum, key: key(0), steps: 10 };

Deno.test("a trainer refuses options that its agent ignores, by name", () => {
  const agent = sac({ actor: soft, criticSizes: [4] });
  const refuse = (options: object, problem: string) =>
    assertThrows(() => trainer({ ...run, agent, ...options }), TypeError, problem);
  refuse({ actNoise: 0.2 }, "actNoise has no effect on sac");
  refuse({ scaleNoise: false }, "scaleNoise has no effect on sac");
  for (const name of ["batchSize", "startSteps", "updateAfter", "updateEvery", "replaySize"]) {
    refuse({ agent: proximal, [name]: 4 }, `${name} is of agents with a replay buffer`);
  }
  refuse({ agent: proximal, actNoise: 4 }, "actNoise is of agents with a replay buffer");
  const choices = cartPole();
  const chooser = ppo({
    actor: ilcSan({
      observationSpace: choices.observationSpace,
      actionSpace: choices.actionSpace,
      hiddenSizes: [4],
    }),
    rolloutSteps: 64,
  });
  refuse({ environment: cartPole, agent: chooser, noiseCorrelation: 0.5 }, "noiseCorrelation has");
});

Deno.test("a rollout that is smaller than a minibatch is refused", () => {
  const agent = ppo({ actor: proximal.actor, rolloutSteps: 10, minibatchSize: 32 });
  const problem = "at least 32 steps, but 10 of each environment, 3 in all, are 30";
  const environment = vectorized(pendulum, 3);
  assertThrows(() => trainer({ ...run, environment, agent }), RangeError, problem);
  trainer({ ...run, steps: 40, environment: vectorized(pendulum, 4), agent });
});

Deno.test("a trainer whose steps are over before its first update is refused", () => {
  const agent = sac({ actor: soft, criticSizes: [4] });
  const make = (options: object) => () => trainer({ ...run, agent, ...options });
  const refuse = (options: object, problem: string) =>
    assertThrows(make(options), RangeError, problem);
  refuse({}, "steps is 10, but the first update comes at step 1001; take more steps, or a smaller");
  refuse({ steps: 20, updateAfter: 20 }, "comes at step 21");
  refuse(
    { steps: 24, updateAfter: 20, updateEvery: 5 },
    "comes at step 25; take more steps, or a smaller updateEvery",
  );
  make({ steps: 25, updateAfter: 20, updateEvery: 5 })();
  refuse({ steps: 50, agent: proximal }, "comes at step 2048; take more steps, or a smaller roll");
  const three = { environment: vectorized(pendulum, 3), updateEvery: 5 };
  // Three environments do 6 steps where one would do 4, and the fifth is among the last three.
  make({ ...three, steps: 4, updateAfter: 5 })();
  refuse({ ...three, steps: 9, updateAfter: 6 }, "comes at step 12");
  // No steps at all are no mistake.
  make({ steps: 0 })();
  const { file, options } = { file: trainer({ ...run, agent, steps: 0 }).save(), options: run };
  assertThrows(() => trainer.load(file, { ...options, agent }), RangeError, "comes at step 1001");
});

Deno.test("options of agents that have no effect beside others are refused", () => {
  for (const name of ["targetEntropy", "entropyLearningRate", "firstEntropyCoefficient"]) {
    const options = { actor: soft, entropyCoefficient: 0.1, [name]: 0.5 };
    assertThrows(() => sac(options), TypeError, `${name} has no effect where`);
  }
  assertThrows(() => td3({ actor: soft }), TypeError, "the actor's logStd has no effect");
  const noisy = (logStd?: "network" | "parameter") => ilcSan({ ...spaces, logStd, noise: {} });
  for (
    const make of [
      () => td3({ actor: noisy() }),
      () => sac({ actor: noisy("network") }),
      () => ppo({ actor: noisy("parameter") }),
    ]
  ) assertThrows(make, TypeError, "the actor's noise has no effect here");
  assertThrows(() => mlpActor({ ...spaces, std: 1 }), TypeError, "std is of the encoder");
  const actor = mlpActor(spaces);
  const pairs = { actor, observations: [[0, 0, 0]], actions: [0], key: key(0), epochs: 1 };
  const [{ state }] = behaviourCloning(pairs);
  const twice = { ...pairs, params: state.params, resume: state as CloningState };
  assertThrows(() => behaviourCloning(twice), TypeError, "params have no effect");
});
