// Actors with batch normalization in the algorithms.
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { actorFrom, ilcSan } from "@spikeloop/actor";
import { batchNorm, linear, sequential, stateless } from "@spikeloop/functional";
import { key, normal } from "@spikeloop/random";
import { tanh, type Tensor } from "@spikeloop/tensor";
import {
  behaviourCloning,
  pendulum,
  ppo,
  readCheckpoint,
  sac,
  td3,
  trainer,
  trainTd3,
  writeCheckpoint,
} from "../mod.ts";
import { randomBatch as batch } from "../testing/batches.ts";
import { assertResumes } from "../testing/assert_resumes.ts";
import * as hand from "../testing/by_hand.ts";

const { observationSpace, actionSpace } = pendulum();
const network = sequential({
  fc: linear({ inFeatures: 3, outFeatures: 4 }),
  norm: batchNorm({ features: 4, epsilon: 0.01 }),
  tanh: stateless(tanh),
  out: linear({ inFeatures: 4, outFeatures: 1 }),
});
const actor = actorFrom(network, { observationSpace, actionSpace });
const spiking = ilcSan({
  observationSpace,
  actionSpace,
  hiddenSizes: [6],
  encPopDim: 4,
  timeSteps: 3,
  batchNorm: true,
});

/** The actor by hand; `moments` are the mean and the variance of its hidden units. */
function byHand(
  p: hand.Numbers,
  rows: number[][],
  moments?: { mean: number[]; variance: number[] },
) {
  const width = p["fc.bias"].length;
  const hidden = rows.map((row) =>
    p["fc.bias"].map((b, i) =>
      row.reduce((s, x, j) => s + p["fc.weight"][i * row.length + j] * x, b)
    )
  );
  const units = Array.from({ length: width }, (_, i) => hidden.map((h) => h[i]));
  const mean = moments?.mean ?? units.map(hand.average);
  const variance = moments?.variance ??
    units.map((x, i) => hand.average(x.map((v) => (v - mean[i]) ** 2)));
  return hidden.map((h) => {
    const y = h.map((v, i) => {
      const z = (v - mean[i]) / Math.sqrt(variance[i] + 0.01);
      return Math.tanh(p["norm.weight"][i] * z + p["norm.bias"][i]);
    });
    return 2 * Math.tanh(y.reduce((s, v, i) => s + v * p["out.weight"][i], p["out.bias"][0]));
  });
}

Deno.test("an update of td3 with batch normalization is the one by hand in float64", () => {
  const agent = td3({ actor, criticSizes: [4], gamma: 0.9, polyak: 0.5, targetNoise: 0 });
  let state = agent.init(key(0));
  for (const timer of [0, 1, 2, 3]) {
    [state] = agent.update(state, batch, { timer, key: key(timer) });
  }
  const [after, report] = agent.update(state, batch, { timer: 4, key: key(4) });

  const statistics = (params: Readonly<Record<string, Tensor>>) => ({
    mean: [...params["norm.mean"].dataSync()],
    variance: [...params["norm.variance"].dataSync()],
  });
  const [rows, nextRows] = [hand.rowsOf(batch.observation), hand.rowsOf(batch.nextObservation)];
  const { targets } = state;
  const nextActions = byHand(hand.numbersOf(targets.actor), nextRows, statistics(targets.actor));
  const [t1, t2] = [hand.numbersOf(targets.q1), hand.numbersOf(targets.q2)];
  const goals = nextRows.map((o, i) => {
    const value = Math.min(hand.critic(t1, o, nextActions[i]), hand.critic(t2, o, nextActions[i]));
    return batch.reward.dataSync()[i] + 0.9 * (1 - batch.done.dataSync()[i]) * value;
  });
  const criticLoss = (["q1", "q2"] as const).reduce((sum, name) => {
    const params = hand.numbersOf(state.networks[name]);
    const values = rows.map((o, i) => hand.critic(params, o, batch.action.dataSync()[i]));
    return sum + hand.average(values.map((v, i) => (v - goals[i]) ** 2));
  }, 0);
  assertAlmostEquals(report.criticLoss.item(), criticLoss, 1e-4);

  const isStatistic = (name: string) => /^norm\.(mean|variance)/.test(name);
  const learned = (params: Readonly<Record<string, Tensor>>) =>
    Object.fromEntries(Object.entries(params).filter(([name]) => !isStatistic(name)));
  const before = hand.numbersOf(learned(state.networks.actor));
  const critic = hand.numbersOf(after.networks.q1);
  const loss = (p: hand.Numbers) =>
    -hand.average(byHand(p, rows).map((a, i) => hand.critic(critic, rows[i], a)));
  assertAlmostEquals(report.actorLoss?.item() ?? NaN, loss(before), 1e-5);
  const moments = hand.momentsOf(state.optimizers.actor, learned);
  const expected = hand.adam(before, hand.gradientOf(loss, before), moments, { rate: 1e-4 });
  // The mean takes the bias away: its gradient is 0, and Adam steps by what rounding leaves.
  const known = (params: Readonly<Record<string, Tensor>>) =>
    Object.fromEntries(Object.entries(params).filter(([name]) => name !== "fc.bias"));
  const { "fc.bias": _, ...rest } = expected;
  hand.assertClose(known(learned(after.networks.actor)), rest, 1e-6, "actor");
  const followed = actor.track?.(state.networks.actor, batch.observation) ?? {};
  for (const [name, x] of Object.entries(followed).filter(([name]) => isStatistic(name))) {
    assertEquals(after.networks.actor[name].dataSync(), x.dataSync(), name);
    const half = targets.actor[name].dataSync().map((t, i) => (t + x.dataSync()[i]) / 2);
    hand.assertClose({ x: after.targets.actor[name] }, { x: [...half] }, 1e-6, `target of ${name}`);
  }
});

const run = {
  environment: pendulum,
  key: key(0),
  steps: 60,
  batchSize: 8,
  startSteps: 10,
  updateAfter: 20,
  updateEvery: 5,
  checkpoint: { every: 16 },
  evaluate: { every: 30, episodes: 1 },
};

Deno.test("td3 and sac calibrate while they train, and go on from a file to the same bits", () => {
  const calibrate = { every: 12, batches: 3 };
  const agent = td3({ actor: spiking, criticSizes: [4] });
  assertResumes(() => ({ ...run, agent, calibrate }));
  const soft = sac({
    actor: ilcSan({
      observationSpace,
      actionSpace,
      hiddenSizes: [4],
      logStd: "network",
      batchNorm: true,
    }),
    criticSizes: [4],
  });
  assertResumes(() => ({ ...run, agent: soft, calibrate }));
  const meansAfter = (calibrate?: { every: number; batches: number }) => {
    const training = trainer({ ...run, agent, calibrate });
    for (const _ of training);
    return training.policy.params["snn.hidden_layers.Norm0.mean"].dataSync();
  };
  assert(meansAfter(calibrate).some((x, i) => x !== meansAfter()[i]));
});

Deno.test("an actor acts alone with folded weights as in a batch, also out of a file", () => {
  const training = trainer({ ...run, agent: td3({ actor: spiking, criticSizes: [4] }) });
  for (const _ of training);
  const { params, statistics } = training.policy;
  const x = normal(key(3), [5, 3]);
  const together = spiking.apply(params, x).dataSync();
  const bound = spiking.bind(params);
  const alone = hand.rowsOf(x).map((row) => bound.act(row)[0]);
  assertEquals(alone, [...together]);
  const bytes = writeCheckpoint({ actor: spiking, params, statistics });
  assertEquals(spiking.apply(readCheckpoint(bytes, spiking).params, x).dataSync(), together);
  assertEquals(spiking.toJSON().batchNorm, true);
  const bare = ilcSan({ ...spiking.options, batchNorm: false });
  assertThrows(() => readCheckpoint(bytes, bare), TypeError, "batchNorm");
  assertEquals(bare.apply(spiking.fold(params), x).dataSync(), together);
  const own = actor.calibrate?.(actor.init(key(0)), [x]) ?? {};
  const single = actor.bind(own);
  const ownActions = hand.rowsOf(x).map((row) => single.act(row)[0]);
  assertEquals(ownActions, [...actor.apply(own, x).dataSync()]);
  const trained = spiking.apply(params, x, { training: true }).dataSync();
  assert(trained.some((a, i) => a !== together[i]));
});

Deno.test("behaviour cloning calibrates, trainTd3 too, and what has no use for it refuses it", () => {
  const pairs = {
    observations: [[0, 0, 1], [1, 0, 0], [0, 1, 0]],
    actions: [0, 1, 2],
    key: key(0),
  };
  const [{ state }] = behaviourCloning({ actor: spiking, ...pairs, epochs: 1 });
  const mean = state.params["snn.hidden_layers.Norm0.mean"].dataSync();
  assert(mean.some((x) => x !== 0));
  const [step] = [...trainTd3({
    environment: pendulum(),
    agent: td3({ actor: spiking, criticSizes: [4] }),
    key: key(0),
    steps: 1,
  })];
  assertEquals(step.step, 1);
  const plain = td3({ actor: ilcSan({ observationSpace, actionSpace, hiddenSizes: [4] }) });
  const calibrate = { every: 5 };
  assertThrows(() => trainer({ ...run, agent: plain, calibrate }), TypeError, "calibrate has no");
  const stochastic = ilcSan({ ...spiking.options, logStd: "parameter" });
  assertThrows(() => ppo({ actor: stochastic }), TypeError, "without batch normalization");
  assertThrows(
    () => ilcSan({ obsDim: 3, actDim: 1, batchNorm: 1 as never }),
    TypeError,
    "batchNorm",
  );
});
