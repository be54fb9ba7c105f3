import { assert, assertEquals, assertThrows } from "@std/assert";
import { actorFrom, ilcSan, mlpActor } from "@spikeloop/actor";
import { linear, plain, readOut, sequential } from "@spikeloop/functional";
import { leakyIntegrator, lif } from "@spikeloop/neuron";
import { key, normal } from "@spikeloop/random";
import { tensor, zeros } from "@spikeloop/tensor";
import { pendulum, sac, type SacOptions, type SacState, trainer } from "../mod.ts";
import * as hand from "../testing/by_hand.ts";
import { randomBatch, zeroBatch } from "../testing/batches.ts";
import { targetSpaces, targetTask } from "../testing/target_task.ts";
import { assertResumes } from "../testing/assert_resumes.ts";

const { observationSpace, actionSpace } = pendulum();
const spaces = { observationSpace, actionSpace, logStd: "network" as const };
const small = mlpActor({ ...spaces, hiddenSizes: [5] });

Deno.test("an update of sac is the one by hand in float64", () => {
  const rates = { actorLearningRate: 1e-3, criticLearningRate: 2e-3, entropyLearningRate: 3e-3 };
  const [gamma, polyak, targetEntropy] = [0.9, 0.8, -0.5];
  const agent = sac({ actor: small, criticSizes: [4], gamma, polyak, targetEntropy, ...rates });
  const options = (timer: number) => ({
    timer,
    key: key(timer),
    noise: normal(key(5 + timer), [6, 1]),
    targetNoise: normal(key(15 + timer), [6, 1]),
  });
  let state = agent.init(key(0));
  for (const timer of [0, 1, 2]) [state] = agent.update(state, randomBatch, options(timer));
  const { noise, targetNoise } = options(3);
  const [after, report] = agent.update(state, randomBatch, options(3));

  const alpha = Math.exp(state.logEntropyCoefficient.item());
  const draw = (params: hand.Numbers, observation: number[], epsilon: number) => {
    const [mean, logStd] = hand.perceptron(params, ["fc1", "out"], hand.relu, observation);
    const u = mean + Math.exp(logStd) * epsilon;
    const logNormal = -(epsilon ** 2) / 2 - logStd - Math.log(2 * Math.PI) / 2;
    return { action: 2 * Math.tanh(u), logDensity: logNormal - Math.log(1 - Math.tanh(u) ** 2) };
  };
  const { observation, action, reward, nextObservation, done } = randomBatch;
  const [observations, nextObservations] = [observation, nextObservation].map(hand.rowsOf);
  const [actions, rewards, dones] = [action, reward, done].map((x) => x.dataSync());
  const [actor, targets] = [hand.numbersOf(state.networks.actor), state.targets];
  const [t1, t2] = [hand.numbersOf(targets.q1), hand.numbersOf(targets.q2)];
  const goals = nextObservations.map((o, i) => {
    const { action, logDensity } = draw(actor, o, targetNoise.dataSync()[i]);
    const value = Math.min(hand.critic(t1, o, action), hand.critic(t2, o, action)) -
      alpha * logDensity;
    return rewards[i] + gamma * (1 - dones[i]) * value;
  });
  const next = (["q1", "q2"] as const).map((name) => {
    const before = hand.numbersOf(state.networks[name]);
    const error = (p: hand.Numbers) =>
      hand.average(observations.map((o, i) => (hand.critic(p, o, actions[i]) - goals[i]) ** 2));
    const moments = hand.momentsOf(state.optimizers.critics, (critics) => critics[name]);
    const expected = hand.adam(before, hand.gradientOf(error, before), moments, { rate: 2e-3 });
    hand.assertClose(after.networks[name], expected, 1e-6, name);
    const target = Object.entries(hand.numbersOf(targets[name])).map(([part, numbers]) =>
      [part, numbers.map((x, i) => polyak * x + (1 - polyak) * expected[part][i])] as const
    );
    hand.assertClose(after.targets[name], Object.fromEntries(target), 1e-6, `target of ${name}`);
    return expected;
  });
  const drawn = (p: hand.Numbers) => observations.map((o, i) => draw(p, o, noise.dataSync()[i]));
  const loss = (p: hand.Numbers) =>
    hand.average(
      drawn(p).map(({ action, logDensity }, i) => {
        const [a, b] = next.map((params) => hand.critic(params, observations[i], action));
        return alpha * logDensity - Math.min(a, b);
      }),
    );
  const moments = hand.momentsOf(state.optimizers.actor, (params) => params);
  const expected = hand.adam(actor, hand.gradientOf(loss, actor), moments, { rate: 1e-3 });
  hand.assertClose(after.networks.actor, expected, 1e-6, "actor");
  assert(Math.abs(report.actorLoss.item() - loss(actor)) < 1e-5);

  const entropy = -hand.average(drawn(actor).map(({ logDensity }) => logDensity));
  assert(Math.abs(report.entropy.item() - entropy) < 1e-5);
  const x = { log: [state.logEntropyCoefficient.item()] };
  const { mean, meanSquare } = state.optimizers.entropy.moments;
  const own = { step: 3, mean: { log: [mean.item()] }, meanSquare: { log: [meanSquare.item()] } };
  const { log } = hand.adam(x, { log: [entropy - targetEntropy] }, own, { rate: 3e-3 });
  hand.assertClose({ log: after.logEntropyCoefficient }, { log }, 1e-6, "coefficient");
});

Deno.test("log-densities stay finite where tanh is 1, and a fixed coefficient stays", () => {
  const agent = sac({ actor: small, criticSizes: [4], entropyCoefficient: 0.25 });
  const state = agent.init(key(0));
  const [observation, nextObservation] = [1, 2].map((seed) => normal(key(seed), [2, 3]));
  const batch = { ...zeroBatch(2, 3, 1), observation, nextObservation };
  const far = tensor([[60], [-200]]);
  const options = { timer: 0, key: key(0), noise: far, targetNoise: far };
  const [after, report] = agent.update(state, batch, options);
  for (const loss of Object.values(report)) assert(Number.isFinite(loss.item()));
  assertEquals(after.logEntropyCoefficient.item(), Math.fround(Math.log(0.25)));
  assert(Math.abs(report.entropyCoefficient.item() - 0.25) < 1e-7);
});

const network = sequential({
  fc1: linear({ inFeatures: 3, outFeatures: 8 }),
  hidden: plain(lif, { units: 8 }),
  fc2: linear({ inFeatures: 8, outFeatures: 2 }),
  out: plain(leakyIntegrator, { units: 2 }),
  last: readOut("last"),
});
const actors = {
  mlpActor: small,
  ilcSan: ilcSan({ ...spaces, hiddenSizes: [6], encPopDim: 3, timeSteps: 2, encode: "pop-ran" }),
  actorFrom: actorFrom(network, { ...spaces, timeSteps: 3 }),
  "mlpActor with a parameter": mlpActor({ ...spaces, logStd: "parameter", hiddenSizes: [5] }),
};
for (const [name, actor] of Object.entries(actors)) {
  Deno.test(`sac trains ${name}, and goes on from a file to the same bits`, () => {
    const agent = sac({ actor, criticSizes: [6] });
    assertResumes<SacState>(() => ({
      environment: pendulum,
      agent,
      key: key(0),
      steps: 50,
      batchSize: 8,
      startSteps: 10,
      updateAfter: 20,
      checkpoint: { every: 15 },
    }));
  });
}

Deno.test("wrong options of sac, and what does not fit an update, are refused by name", () => {
  const careless = (value: unknown) => value as never;
  const refuse = (kind: typeof TypeError | typeof RangeError, problem: string, options: object) =>
    assertThrows(() => sac({ actor: small, ...options } as SacOptions), kind, problem);
  refuse(TypeError, "did you mean targetEntropy?", { targetEntropie: 1 });
  refuse(RangeError, "gamma is 2", { gamma: 2 });
  refuse(RangeError, "entropyCoefficient is 0", { entropyCoefficient: 0 });
  refuse(TypeError, "targetEntropy is", { targetEntropy: "auto" });
  const { logStd: _, ...plainSpaces } = spaces;
  refuse(TypeError, "the actor is deterministic", { actor: mlpActor(plainSpaces) });
  const choices = mlpActor({ observationSpace, actionSpace: { n: 2 } });
  refuse(
    TypeError,
    "the actor makes choices, expected actions that are numbers in a box; ppo takes both",
    { actor: choices },
  );
  const agent = sac({ actor: small, criticSizes: [4] });
  const state = agent.init(key(0));
  const batch = zeroBatch(2, 3, 1);
  const options = { timer: 0, key: key(0) };
  const update = (parts: { state?: unknown; batch?: object; options?: object }) => () =>
    agent.update(
      careless("state" in parts ? parts.state : state),
      careless({ ...batch, ...parts.batch }),
      { ...options, ...parts.options },
    );
  assertThrows(update({ options: { timer: -1 } }), RangeError, "timer is -1");
  assertThrows(update({ options: { noise: zeros([2]) } }), TypeError, '"noise" has shape [2]');
  assertThrows(update({ batch: { reward: zeros([2, 1]) } }), TypeError, "its reward has shape");
  assertThrows(update({ state: undefined }), TypeError, "the state is missing");
  const other = { ...state, targets: { q1: state.targets.q1 } };
  assertThrows(update({ state: other }), TypeError, "targets.q2");
  const log = { ...state, logEntropyCoefficient: 0 };
  assertThrows(update({ state: log }), TypeError, '"logEntropyCoefficient" is 0');
});

Deno.test("sac learns to hit a target", () => {
  const actor = mlpActor({ ...targetSpaces, logStd: "network", hiddenSizes: [16] });
  const rates = { actorLearningRate: 3e-3, criticLearningRate: 3e-3, entropyLearningRate: 3e-3 };
  const training = trainer({
    environment: targetTask,
    agent: sac({ actor, criticSizes: [16], ...rates, targetEntropy: -3 }),
    key: key(0),
    steps: 900,
    startSteps: 200,
    updateAfter: 200,
    batchSize: 32,
    evaluate: { every: 900, episodes: 50 },
  });
  for (const event of training) {
    // A constant action of 0 has -1/3.
    if (event.type === "evaluation") assert(event.mean > -0.02, `mean return ${event.mean}`);
  }
});
