import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { actorFrom, ilcSan, mlpActor } from "@spikeloop/actor";
import { linear, plain, readOut, sequential } from "@spikeloop/functional";
import { leakyIntegrator, lif } from "@spikeloop/neuron";
import { key, normal } from "@spikeloop/random";
import { tensor, zeros } from "@spikeloop/tensor";
import {
  cartPole,
  type Environment,
  pendulum,
  ppo,
  type PpoOptions,
  type PpoState,
  type Space,
  trainer,
  vectorized,
} from "../mod.ts";
import * as hand from "../testing/by_hand.ts";
import { assertResumes } from "../testing/assert_resumes.ts";
import { choiceTask, targetSpaces, targetTask } from "../testing/target_task.ts";
import { densityOf } from "./policy_density.ts";

const { observationSpace, actionSpace } = pendulum();
const small = mlpActor({ observationSpace, actionSpace, hiddenSizes: [5], logStd: "parameter" });

/** Three steps of two environments: one ends, one is cut. */
const rollout = (seed: number) => ({
  observation: normal(key(seed), [3, 2, 3]),
  sample: normal(key(seed + 1), [3, 2, 1]),
  reward: normal(key(seed + 2), [3, 2]),
  nextObservation: normal(key(seed + 3), [3, 2, 3]),
  terminated: tensor([[0, 0], [1, 0], [0, 0]]),
  truncated: tensor([[0, 1], [0, 0], [0, 0]]),
});

Deno.test("an update of ppo is the one by hand in float64", () => {
  const [gamma, gaeLambda, clipRange, learningRate] = [0.9, 0.8, 0.002, 1e-3];
  const [entropyCoefficient, valueCoefficient, maxGradNorm] = [0.1, 0.7, 0.3];
  const agent = ppo({
    actor: small,
    valueSizes: [4],
    rolloutSteps: 3,
    minibatchSize: 6,
    epochs: 2,
    gamma,
    gaeLambda,
    clipRange,
    learningRate,
    entropyCoefficient,
    valueCoefficient,
    maxGradNorm,
  });
  let state = agent.init(key(0));
  for (const timer of [0, 1]) {
    [state] = agent.update(state, rollout(10 * timer), { timer, key: key(timer) });
  }
  const steps = rollout(50);
  const [after] = agent.update(state, steps, { timer: 2, key: key(2) });

  const flat = (x: typeof steps.reward, width: number) =>
    hand.rowsOf(tensor(x.dataSync(), [6, width]));
  const [observations, nextObservations] = [steps.observation, steps.nextObservation].map((x) =>
    flat(x, 3)
  );
  const [samples, rewards, terminated, truncated] = [
    steps.sample,
    steps.reward,
    steps.terminated,
    steps.truncated,
  ].map((x) => [...x.dataSync()]);
  let all: hand.Numbers = {};
  const named = (name: string, numbers: hand.Numbers) =>
    Object.fromEntries(Object.entries(numbers).map(([part, x]) => [`${name}:${part}`, x]));
  const part = (name: string, numbers: hand.Numbers): hand.Numbers =>
    Object.fromEntries(
      Object.entries(numbers).filter(([key]) => key.startsWith(`${name}:`))
        .map(([key, x]) => [key.slice(name.length + 1), x]),
    );
  const logDensity = (p: hand.Numbers, i: number) => {
    const [mean] = hand.perceptron(p, ["fc1", "out"], hand.relu, observations[i]);
    const [logStd] = p.log_std;
    const z = (samples[i] - mean) / Math.exp(logStd);
    return -(z ** 2) / 2 - logStd - Math.log(2 * Math.PI) / 2;
  };
  const valueOf = (p: hand.Numbers, o: number[]) =>
    hand.perceptron(p, ["v.0", "v.2"], hand.relu, o)[0];

  const [actor, value] = [state.networks.actor, state.networks.value].map(hand.numbersOf);
  const before = state.returns;
  const deviation = Math.sqrt(before.variance);
  const inRewards = (o: number[]) => valueOf(value, o) * deviation + before.mean;
  const advantages = new Array<number>(6);
  for (const environment of [0, 1]) {
    let following = 0;
    for (let i = 4 + environment; i >= 0; i -= 2) {
      const next = terminated[i] ? 0 : inRewards(nextObservations[i]);
      const delta = rewards[i] + gamma * next - inRewards(observations[i]);
      if (terminated[i] || truncated[i]) following = 0;
      following = advantages[i] = delta + gamma * gaeLambda * following;
    }
  }
  const returns = advantages.map((a, i) => a + inRewards(observations[i]));
  // The returns of three updates: those of two are in the state, by their moments.
  const count = before.count + 6;
  const sum = before.mean * before.count + hand.average(returns) * 6;
  const squares = (before.variance + before.mean ** 2) * before.count +
    hand.average(returns.map((x) => x * x)) * 6;
  const mean = sum / count;
  const variance = squares / count - mean ** 2;
  assertEquals(after.returns.count, count);
  assertAlmostEquals(after.returns.mean, mean, 1e-6);
  assertAlmostEquals(after.returns.variance, variance, 1e-5);
  const sigma = Math.sqrt(variance);
  const goals = returns.map((x) => (x - mean) / sigma);
  const rescaled = {
    ...value,
    "v.2.weight": value["v.2.weight"].map((w) => w * deviation / sigma),
    "v.2.bias": value["v.2.bias"].map((b) => (b * deviation + before.mean - mean) / sigma),
  };
  const centre = hand.average(advantages);
  const spread = Math.sqrt(advantages.reduce((s, a) => s + (a - centre) ** 2, 0) / 5);
  const normalized = advantages.map((a) => (a - centre) / spread);

  all = { ...named("actor", actor), ...named("value", rescaled) };
  const old = observations.map((_, i) => logDensity(actor, i));
  const loss = (p: hand.Numbers) => {
    const [policy, values] = [part("actor", p), part("value", p)];
    const gains = normalized.map((a, i) => {
      const ratio = Math.exp(logDensity(policy, i) - old[i]);
      return Math.min(ratio * a, Math.min(Math.max(ratio, 1 - clipRange), 1 + clipRange) * a);
    });
    const errors = goals.map((goal, i) => (valueOf(values, observations[i]) - goal) ** 2);
    const entropy = policy.log_std[0] + Math.log(2 * Math.PI * Math.E) / 2;
    return -hand.average(gains) + valueCoefficient * hand.average(errors) -
      entropyCoefficient * entropy;
  };
  let moments = hand.momentsOf(state.optimizer, ({ actor, value }) => ({
    ...Object.fromEntries(Object.entries(actor).map(([name, x]) => [`actor:${name}`, x])),
    ...Object.fromEntries(Object.entries(value).map(([name, x]) => [`value:${name}`, x])),
  }));
  for (let epoch = 0; epoch < 2; epoch++) {
    const raw = hand.gradientOf(loss, all);
    const norm = Math.sqrt(Object.values(raw).flat().reduce((s, g) => s + g * g, 0));
    const scale = Math.min(1, maxGradNorm / norm);
    const grads = Object.fromEntries(
      Object.entries(raw).map(([name, g]) => [name, g.map((x) => x * scale)]),
    );
    all = hand.adam(all, grads, moments, { rate: learningRate, epsilon: 1e-5 });
    moments = hand.nextMoments(moments, grads);
  }
  hand.assertClose(after.networks.actor, part("actor", all), 3e-6, "actor");
  hand.assertClose(after.networks.value, part("value", all), 3e-6, "value");
});

Deno.test("an update of ppo from what assess() returns is the one that reads by itself", () => {
  const agent = ppo({ actor: small, valueSizes: [4], rolloutSteps: 3, minibatchSize: 4 });
  const [state, steps, options] = [agent.init(key(0)), rollout(0), { timer: 0, key: key(1) }];
  const { logDensity, value, nextValue } = agent.assess(state, steps, options);
  const assessed = {
    logDensity: logDensity.dataSync(),
    value: value.dataSync(),
    nextValue: nextValue.dataSync(),
  };
  const expected = agent.update(state, steps, options);
  assertEquals(agent.update(state, steps, { ...options, assessed }), expected);
});

Deno.test("densities and entropies of choices", () => {
  const logits = [[1, -2, 0.5], [100, 0, -100]];
  const { logDensity, entropy } = densityOf({ logits: tensor(logits) }, tensor([[2], [1]]));
  const total = logits[0].reduce((sum, x) => sum + Math.exp(x), 0);
  const p = logits[0].map((x) => Math.exp(x) / total);
  assertAlmostEquals(logDensity.dataSync()[0], Math.log(p[2]), 1e-6);
  assertAlmostEquals(logDensity.dataSync()[1], -100, 1e-4);
  const expected = -p.reduce((sum, x) => sum + x * Math.log(x), 0);
  assertAlmostEquals(entropy.dataSync()[0], expected, 1e-6);
  assertAlmostEquals(entropy.dataSync()[1], 0, 1e-30);
});

const network = sequential({
  fc1: linear({ inFeatures: 4, outFeatures: 8 }),
  hidden: plain(lif, { units: 8 }),
  fc2: linear({ inFeatures: 8, outFeatures: 2 }),
  out: plain(leakyIntegrator, { units: 2 }),
  last: readOut("last"),
});
const choices = (({ observationSpace, actionSpace }) => ({ observationSpace, actionSpace }))(
  cartPole(),
);
const logStd = "network";
const tiny = { encPopDim: 3, timeSteps: 2, hiddenSizes: [6] };
const runs = {
  "mlpActor on pendulum": { make: pendulum, actor: small },
  "ilcSan on pendulum": {
    make: pendulum,
    actor: ilcSan({ observationSpace, actionSpace, ...tiny, logStd, encode: "pop-ran" }),
  },
  "ilcSan on cart-pole": { make: cartPole, actor: ilcSan({ ...choices, ...tiny }) },
  "actorFrom on cart-pole": {
    make: cartPole,
    actor: actorFrom(network, { ...choices, timeSteps: 3 }),
  },
};
for (const [name, { make, actor }] of Object.entries(runs)) {
  Deno.test(`ppo trains ${name}, and goes on from a file to the same bits`, () => {
    const agent = ppo({ actor, valueSizes: [6], rolloutSteps: 12, minibatchSize: 10, epochs: 2 });
    assertResumes<PpoState>(() => ({
      environment: vectorized(make as () => Environment<Space>, 2),
      agent,
      key: key(0),
      steps: 60,
      checkpoint: { every: 16 },
    }));
  });
}

const target = {
  "numbers in a box": {
    make: targetTask,
    actor: mlpActor({ ...targetSpaces, hiddenSizes: [16], logStd: "parameter" }),
    // A constant action of 0 has -1/3.
    enough: -0.02,
  },
  choices: {
    make: choiceTask,
    actor: mlpActor({ ...targetSpaces, actionSpace: { n: 3 }, hiddenSizes: [16] }),
    // The best constant choice has 1/3.
    enough: 0.9,
  },
};
for (const [name, { make, actor, enough }] of Object.entries(target)) {
  Deno.test(`ppo learns to hit a target with ${name}`, () => {
    const training = trainer<PpoState>({
      environment: vectorized(make as () => Environment<Space>, 4),
      agent: ppo({
        actor,
        valueSizes: [16],
        rolloutSteps: 32,
        minibatchSize: 64,
        learningRate: 1e-2,
      }),
      key: key(0),
      steps: 3000,
      evaluate: { every: 3000, episodes: 50, environment: make as () => Environment<Space> },
    });
    for (const event of training) {
      if (event.type === "evaluation") assert(event.mean > enough, `mean return ${event.mean}`);
    }
  });
}

Deno.test("a training by ppo whose value network is not finite ends by the name of the tensor", () => {
  const agent = ppo({ actor: small, valueSizes: [4], rolloutSteps: 6, minibatchSize: 6 });
  const state = agent.init(key(0));
  const value = { ...state.networks.value, "v.0.bias": tensor(new Float32Array(4).fill(NaN)) };
  const broken = { ...state, networks: { ...state.networks, value } };
  assertThrows(
    () => [...trainer({ environment: pendulum, agent, state: broken, key: key(0), steps: 6 })],
    RangeError,
    "Cannot train ppo: value is NaN before update 1; the first tensor that is not finite is " +
      "networks.value.v.0.bias; a lower learning rate may help",
  );
});

Deno.test("wrong options of ppo, and what does not fit an update, are refused by name", () => {
  const careless = (value: unknown) => value as never;
  const refuse = (kind: typeof TypeError | typeof RangeError, problem: string, options: object) =>
    assertThrows(() => ppo({ actor: small, ...options } as PpoOptions), kind, problem);
  refuse(TypeError, "did you mean gaeLambda?", { gaelambda: 1 });
  refuse(RangeError, "clipRange is 0", { clipRange: 0 });
  refuse(RangeError, "minibatchSize is 0.5", { minibatchSize: 0.5 });
  refuse(TypeError, "normalizeReturns is 1", { normalizeReturns: 1 });
  refuse(TypeError, "the actor is deterministic", {
    actor: mlpActor({ observationSpace, actionSpace }),
  });
  const agent = ppo({ actor: small, valueSizes: [4], rolloutSteps: 3, minibatchSize: 6 });
  const large = ppo({ actor: small, valueSizes: [4], rolloutSteps: 3 });
  assertThrows(
    () => large.update(large.init(key(0)), rollout(0), { timer: 0, key: key(0) }),
    RangeError,
    "minibatchSize is 64, the rollout has T · N = 6",
  );
  const state = agent.init(key(0));
  const update = (parts: { state?: unknown; rollout?: object; options?: object }) => () =>
    agent.update(
      careless("state" in parts ? parts.state : state),
      careless({ ...rollout(0), ...parts.rollout }),
      careless({ timer: 0, key: key(0), ...parts.options }),
    );
  assertThrows(update({ options: { noise: 1 } }), TypeError, '"noise"');
  assertThrows(update({ options: { timer: -1 } }), RangeError, "timer is -1");
  const assess = (options: object) => () => agent.assess(state, rollout(0), careless(options));
  assertThrows(assess({ timer: 0 }), TypeError, "Cannot assess a rollout: key is missing");
  assertThrows(assess({ timer: -1, key: key(0) }), RangeError, "timer is -1");
  const numbers = new Float32Array(6);
  const assessed = { logDensity: numbers, value: numbers, nextValue: [0] };
  const problem = "nextValue is an array, expected a Float32Array of length 6";
  assertThrows(update({ options: { assessed } }), TypeError, problem);
  assertThrows(update({ options: { assessed: {} } }), TypeError, "logDensity is missing");
  for (const wrong of [NaN, Infinity]) {
    const some = { ...assessed, nextValue: numbers.with(4, wrong) };
    const message = `Cannot update ppo, assessed: nextValue[4] is ${wrong}, expected a finite`;
    assertThrows(update({ options: { assessed: some } }), RangeError, message);
  }
  assertThrows(update({ rollout: { sample: zeros([3, 2]) } }), TypeError, '"sample" has shape');
  assertThrows(update({ rollout: { reward: zeros([6]) } }), TypeError, "expected [6, 3]");
  assertThrows(update({ state: undefined }), TypeError, "the state is missing");
  const negative = { ...state, returns: { mean: 0, variance: -1, count: 3 } };
  assertThrows(update({ state: negative }), RangeError, "returns.variance is -1");
});
