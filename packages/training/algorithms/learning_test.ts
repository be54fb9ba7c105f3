// Whole trainings, in `deno task trial` alone. RL Zoo's benchmark of Stable-Baselines3 has on
// Pendulum-v1 TD3 -152 and SAC -157 after 20,000 steps, PPO -172 after 100,000.
import { assert } from "@std/assert";
import { type Actor, ilcSan, mlpActor } from "@spikeloop/actor";
import { testUnless } from "@spikeloop/dev";
import { trials } from "@spikeloop/dev/testing";
import { linearDecay } from "@spikeloop/functional";
import { key } from "@spikeloop/random";
import { invertedDoublePendulum } from "../mujoco/mod.ts";
import { loadMujoco } from "../mujoco/testing/load_mujoco.ts";
import {
  type AgentState,
  pendulum,
  ppo,
  sac,
  td3,
  trainer,
  type TrainerOptions,
  vectorized,
} from "../mod.ts";

const mujoco = await loadMujoco();
const noMujoco = typeof mujoco === "string" ? mujoco : undefined;

const { observationSpace, actionSpace } = pendulum();
const swingUp = { observationSpace, actionSpace, hiddenSizes: [64, 64] };
const critics = { criticSizes: [64, 64] };
const rates = { actorLearningRate: 1e-3, criticLearningRate: 1e-3, entropyLearningRate: 1e-3 };
const soft = { startSteps: 100, updateAfter: 100 };

/** Checks the best mean return of a training. */
function learns<S extends AgentState>(
  name: string,
  enough: number,
  reason: string | undefined,
  options: () => Omit<TrainerOptions<S>, "key">,
): void {
  if (trials(0, 1) === 0) return;
  testUnless(reason, name, () => {
    const training = trainer({ ...options(), key: key(0) });
    for (const event of training) {
      if (event.type === "evaluation") console.log(event.step, event.mean);
    }
    const best = training.best?.mean ?? -Infinity;
    assert(best > enough, `the best mean return is ${best}`);
  });
}

/** PPO in four environments at once, as it was measured. */
const proximal = (actor: Actor) => () => ({
  environment: vectorized(pendulum, 4),
  agent: ppo({
    actor,
    gamma: 0.9,
    rolloutSteps: 256,
    learningRate: linearDecay({ from: 1e-3, steps: 16_000 }),
  }),
  steps: 100_000,
  evaluate: { every: 20_000, episodes: 20, environment: pendulum },
});

// Measured: -147. Five other seeds had a mean of -148.
learns("td3 swings the pendulum up with a spiking actor in 8,000 steps", -220, undefined, () => ({
  environment: pendulum,
  agent: td3({ actor: ilcSan(swingUp), ...critics, actorLearningRate: 5e-4 }),
  steps: 8000,
  evaluate: { every: 1000, episodes: 20 },
}));

// Measured: -146. Two other seeds had -149 and -150.
learns("sac swings the pendulum up with a spiking actor in 6,000 steps", -180, undefined, () => ({
  environment: pendulum,
  agent: sac({ actor: ilcSan({ ...swingUp, logStd: "network" }), ...critics, ...rates }),
  steps: 6000,
  ...soft,
  batchSize: 128,
  evaluate: { every: 2000, episodes: 20 },
}));

// Measured: -185. Two other seeds had -177 and -179.
learns(
  "ppo swings the pendulum up with a perceptron in 100,000 steps",
  -200,
  undefined,
  proximal(mlpActor({ ...swingUp, activation: "tanh", logStd: "parameter" })),
);

// Measured: -190.
learns(
  "ppo swings the pendulum up with a spiking actor in 100,000 steps",
  -215,
  undefined,
  proximal(ilcSan({ ...swingUp, logStd: "parameter" })),
);

// Two seeds had 9,356 after 15,000 steps; 9,360 is the most.
learns("sac balances the double pendulum with a spiking actor", 9000, noMujoco, () => {
  const environment = () => invertedDoublePendulum(mujoco as Exclude<typeof mujoco, string>);
  const { observationSpace, actionSpace } = environment();
  const spaces = { observationSpace, actionSpace, hiddenSizes: [64, 64] };
  return {
    environment,
    agent: sac({ actor: ilcSan({ ...spaces, logStd: "network" }), ...critics, ...rates }),
    steps: 20_000,
    evaluate: { every: 2500, episodes: 10 },
  };
});
