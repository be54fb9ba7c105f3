// Every public function answers every wrong value in words of its own.
import { assert, assertEquals } from "@std/assert";
import { actorOf, ilcSan } from "@spikeloop/actor";
import { foreignErrors } from "@spikeloop/dev/testing";
import { key } from "@spikeloop/random";
import { ones, Tensor, zeros } from "@spikeloop/tensor";
import * as training from "./mod.ts";

const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [2], encPopDim: 2, actLimit: 2 });
const params = actor.init(key(0));
const statistics = training.emptyStatistics(3);
const policy = { actor, params, statistics };
const agent = training.td3({ actor, criticSizes: [2] });
const state = agent.init(key(0));
const bytes = training.writeCheckpoint(policy);
const space = { low: [-1], high: [1] };
const dynamics = {
  name: "point",
  observationSpace: { low: [-9], high: [9] },
  actionSpace: space,
  maxSteps: 3,
  start: () => 0,
  observe: (x: number) => [x],
  advance: (x: number, [push]: training.Action) => ({
    state: x + push,
    reward: 0,
    terminated: false,
  }),
  limitsActions: false,
};
const replay = new training.ReplayBuffer({ obsDim: 3, actDim: 1, size: 4 });
const experience = {
  observation: [1, 2, 3],
  action: [0],
  reward: 0,
  nextObservation: [1, 2, 3],
  done: false,
};
replay.store(experience);
const batch = replay.sample(key(0), 2);
const point = () => training.makeEnvironment(dynamics);
const running = point();
running.reset(key(0));
const vector = training.vectorized(point, 2);
vector.reset(key(0));
const trainOptions = {
  environment: training.pendulum(),
  agent,
  key: key(0),
  steps: 1,
  state: {
    ...state,
    step: 5,
    statistics,
    replay,
    updates: 5,
    stepKey: key(1),
    episode: { observation: [1, 2, 3], total: 1, environment: undefined },
  },
  statistics,
  replay,
  step: 5,
  episodeReturn: undefined,
  criticLoss: undefined,
  actorLoss: undefined,
  batchSize: 2,
  startSteps: 0,
  updateAfter: 0,
  updateEvery: 1,
  actNoise: 0.1,
  scaleNoise: false,
  replaySize: 4,
};

type Call = readonly [run: (...args: never[]) => unknown, ...args: unknown[]];

/** Functions with right arguments. */
const calls: Readonly<Record<string, Call>> = {
  ilcSan: [ilcSan, { ...actor.options }],
  "actor.init": [actor.init, key(0), {}],
  "actor.apply": [actor.apply, params, ones([1, 3]), { key: key(0) }],
  "actor.applyWithSpikes": [actor.applyWithSpikes, params, ones([1, 3]), { key: key(0) }],
  "actor.loadStateDict": [actor.loadStateDict, params],
  actorOf: [actorOf, params],
  act: [training.act, policy, [1, 2, 3], key(0)],
  actWithSpikes: [training.actWithSpikes, policy, [1, 2, 3], key(0)],
  bindPolicy: [training.bindPolicy, policy],
  box: [training.box, 2, -1, 1],
  discrete: [training.discrete, 3],
  isDiscrete: [training.isDiscrete, space],
  timeLimit: [training.timeLimit, point(), 3],
  actionRepeat: [training.actionRepeat, point(), 2],
  rescaleAction: [training.rescaleAction, point(), -1, 1],
  normalizeObservation: [training.normalizeObservation, training.pendulum(), {
    statistics,
    update: false,
  }],
  vectorized: [training.vectorized, point, 2],
  "vector.reset": [vector.reset, key(0)],
  "vector.step": [vector.step, [[0.5], [0]]],
  "vector.restore": [(x) => vector.restore?.(x), vector.snapshot?.()],
  checkEnvironment: [training.checkEnvironment, point(), {
    key: key(0),
    steps: 5,
    fixedStart: true,
    seconds: 60,
  }],
  emptyStatistics: [training.emptyStatistics, 3],
  evaluateActor: [training.evaluateActor, {
    ...policy,
    environment: training.pendulum,
    episodes: 1,
    key: key(0),
    maxSteps: 2,
  }],
  makeEnvironment: [training.makeEnvironment, dynamics],
  "environment.reset": [point().reset, key(0)],
  "environment.step": [running.step, [0.5]],
  "environment.restore": [(x) => running.restore?.(x), running.snapshot?.()],
  "new ReplayBuffer": [
    (o) => new training.ReplayBuffer(o),
    { obsDim: 1, actDim: 1, size: 3, clipLimit: 3, normUpdateEvery: 2 },
  ],
  "buffer.store": [(e) => replay.fork().store(e), experience],
  "buffer.normalize": [(o) => replay.normalize(o), [1, 2, 3]],
  "buffer.sample": [(k, n, o) => replay.sample(k, n, o), key(0), 2, {}],
  "buffer.fork": [(s) => replay.fork(s), statistics],
  "buffer.reserve": [(n) => replay.reserve(n), 3],
  "ReplayBuffer.restore": [training.ReplayBuffer.restore, replay.snapshot()],
  td3: [training.td3, { ...agent.options }],
  "agent.init": [agent.init, key(0), {}],
  "agent.update": [agent.update, state, batch, { timer: 0, key: key(0), noise: zeros([2, 1]) }],
  trainTd3: [(o) => [...training.trainTd3(o)], trainOptions],
  writeCheckpoint: [training.writeCheckpoint, policy],
  readCheckpoint: [training.readCheckpoint, bytes, actor],
  readPolicy: [training.readPolicy, bytes],
};

/** The fields in which a large number is right, but takes too long. */
const mayBeLarge = /^(steps|episodes|updateEvery|size|normUpdateEvery)$/;

Deno.test("the calls of this test are right as they are", () => {
  for (const [run, ...args] of Object.values(calls)) run(...args as never[]);
  assert(params["encoder.mean"] instanceof Tensor);
});

for (const [name, [run, ...args]] of Object.entries(calls)) {
  Deno.test(`${name} answers wrong values in its own words`, async () => {
    assertEquals(await foreignErrors({ name, run, args: () => args, mayBeLarge }), []);
  });
}
