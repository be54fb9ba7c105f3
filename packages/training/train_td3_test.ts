import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ilcSan, mlpActor } from "@spikeloop/actor";
import { key } from "@spikeloop/random";
import { treeLeaves } from "@spikeloop/tensor";
import {
  type Environment,
  mountainCarContinuous,
  pendulum,
  ReplayBuffer,
  sac,
  type Td3,
  td3,
  type Td3State,
  type TrainOptions,
  type TrainProgress,
  trainTd3,
} from "./mod.ts";

const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], actLimit: 2 });
const agent = td3({ actor, criticSizes: [8] });

function train(options: Partial<TrainOptions>): TrainProgress[] {
  const defaults = { environment: pendulum(), agent, key: key(0), steps: 260, batchSize: 10 };
  return [...trainTd3({ ...defaults, startSteps: 20, updateAfter: 230, ...options })];
}

const networks = ({ state }: TrainProgress) => state.networks;
const weights = ({ state }: TrainProgress) =>
  state.networks.actor["snn.hidden_layers.Linear0.weight"].dataSync();

Deno.test("the same key trains to the same bits, another key to others", () => {
  const [a, b, c] = [0, 0, 1].map((seed) => weights(train({ key: key(seed) })[259]));
  assertEquals(a, b);
  assertEquals(a.some((x, i) => x !== c[i]), true);
});

Deno.test("every step is reported, with a return where an episode ends", () => {
  const progress = train({});
  assertEquals(progress.map((p) => p.step), Array.from({ length: 260 }, (_, i) => i + 1));
  const ends = progress.filter((p) => p.episodeReturn !== undefined).map((p) => p.step);
  assertEquals(ends, [200]);
});

Deno.test("updates begin after updateAfter steps, and come in bursts of updateEvery", () => {
  const changes = (options: Partial<TrainOptions>) => {
    const progress = train(options);
    return progress.slice(1).filter((p, i) => networks(p) !== networks(progress[i])).map((p) =>
      p.step
    );
  };
  assertEquals(changes({ updateAfter: 257 }), [258, 259, 260]);
  assertEquals(changes({ updateAfter: 230, updateEvery: 20 }), [240, 260]);
});

Deno.test("training continues from networks that it is given", () => {
  const { networks, targets, optimizers } = train({})[259].state;
  const [next] = train({ state: { networks, targets, optimizers } });
  assertEquals([next.step, next.state.updates, next.statistics.count < 1], [1, 0, true]);
  assertEquals(next.state.networks === networks, true);
});

Deno.test("wrong options of training are refused by name", () => {
  const environment = mountainCarContinuous();
  assertThrows(() => train({ environment }), TypeError, "2 observations and 1 action,");
  assertThrows(() => train({ steps: 1.5 }), RangeError, "steps is 1.5");
  assertThrows(() => train({ updateEvery: 0 }), RangeError, "updateEvery is 0");
  assertThrows(() => train({ actNoise: NaN }), RangeError, "actNoise is NaN");
  const careless = (value: unknown) => value as never;
  assertThrows(() => train(careless({ step: 3 })), TypeError, "did you mean steps?");
  assertThrows(
    () => train({ environment: careless(pendulum) }),
    TypeError,
    "environment is a function (pendulum), expected an environment such as pendulum()",
  );
  const stochastic = mlpActor({ obsDim: 3, actDim: 1, actLimit: 2, logStd: "network" });
  const other = sac({ actor: stochastic });
  assertThrows(() => train({ agent: careless(other) }), TypeError, "such as td3({ actor })");
  assertThrows(
    () => train({ agent: careless(actor) }),
    TypeError,
    "expected an agent such as td3({ actor })",
  );
});

/** Every number of a run's state. */
const bits = ({ state }: TrainProgress) =>
  [
    treeLeaves(state.networks),
    treeLeaves(state.targets),
    treeLeaves(state.optimizers.actor.moments),
    treeLeaves(state.optimizers.critics.moments),
  ].map((leaves) => leaves.map((x) => [...x.dataSync()])).concat([
    [[
      state.statistics.count,
      ...state.statistics.mean,
      ...state.statistics.variance,
    ]],
    [[...state.replay.snapshot().rewards], [state.step, state.updates]],
  ]);

Deno.test("a run of 600 steps equals 300 and 300 more, bit for bit", () => {
  const options = { startSteps: 60, updateAfter: 100, updateEvery: 1 };
  const whole = train({ ...options, steps: 600 });
  const half = train({ ...options, steps: 300 })[299];
  const rest = train({ ...options, ...half, steps: 300 });
  assertEquals(rest.map((p) => p.step), whole.slice(300).map((p) => p.step));
  assertEquals(
    rest.map((p) => p.episodeReturn),
    whole.slice(300).map((p) => p.episodeReturn),
  );
  assertEquals(rest.map((p) => p.criticLoss), whole.slice(300).map((p) => p.criticLoss));
  assertEquals(bits(rest[299]), bits(whole[599]));
  // Progress from within a run goes on too, and so does a snapshot of the replay buffer.
  const middle = { ...whole[399], replay: whole[399].state.replay.snapshot() };
  assertEquals(bits(train({ ...options, ...middle, steps: 200 })[199]), bits(whole[599]));
  assertEquals(bits(train({ ...options, ...half, steps: 300 })[299]), bits(whole[599]));
});

Deno.test("the state alone is all that a run goes on with", () => {
  const options = { startSteps: 20, updateAfter: 20, batchSize: 8 };
  const whole = train({ ...options, steps: 230 });
  for (const at of [20, 60, 200, 229]) {
    const { state } = train({ ...options, steps: at })[at - 1];
    const rest = train({ ...options, key: key(7), steps: 230 - at, state });
    assertEquals(bits(rest[229 - at]), bits(whole[229]), `after ${at} steps`);
  }
  // An update takes it for what it is.
  const { state } = whole[229];
  const batch = state.replay.sample(key(1), 4);
  const { networks, targets, optimizers } = state;
  const update = (from: Td3State) => agent.update(from, batch, { timer: 0, key: key(2) })[0];
  const [a, b] = [update(state), update({ networks, targets, optimizers })];
  assertEquals(Object.keys(a), Object.keys(b));
  const numbers = (s: Td3State) =>
    treeLeaves([s.networks, s.targets]).map((x) => [...x.dataSync()]);
  assertEquals(numbers(a), numbers(b));
});

Deno.test("results of a TD3 that lags which have not shown yet go on too", () => {
  const options = {
    agent: td3({ actor, criticSizes: [8], lag: 1 }),
    startSteps: 20,
    updateAfter: 20,
    batchSize: 8,
  };
  const whole = train({ ...options, steps: 60 });
  for (const at of [20, 41, 42]) {
    const { state } = train({ ...options, steps: at })[at - 1];
    const rest = train({ ...options, steps: 60 - at, state });
    assertEquals(bits(rest[59 - at]), bits(whole[59]), `after ${at} steps`);
  }
});

Deno.test("bursts with a delay, a small replay and other spikes of the encoder go on too", () => {
  const random = ilcSan({
    obsDim: 3,
    actDim: 1,
    hiddenSizes: [4],
    actLimit: 2,
    encode: "pop-ran",
  });
  const options = {
    agent: td3({ actor: random, criticSizes: [4], policyDelay: 3 }),
    startSteps: 10,
    updateAfter: 20,
    updateEvery: 7,
    replaySize: 50,
  };
  const whole = train({ ...options, steps: 150 });
  for (const at of [5, 64, 149]) {
    const first = train({ ...options, steps: at })[at - 1];
    const rest = train({ ...options, ...first, steps: 150 - at });
    assertEquals(bits(rest[149 - at]), bits(whole[149]), `after ${at} steps`);
  }
  // The small replay has overwritten what it held.
  assertThrows(
    () => train({ ...options, ...whole[70], steps: 10 }),
    RangeError,
    "has overwritten its experiences",
  );
});

Deno.test("an environment without snapshots goes on where it is, or starts a new episode", () => {
  const make = (): Environment => {
    const { snapshot: _, restore: __, ...task } = pendulum();
    return task;
  };
  const options = { startSteps: 20, updateAfter: 30 };
  const whole = train({ ...options, environment: make(), steps: 90 });
  const environment = make();
  const half = train({ ...options, environment, steps: 50 })[49];
  const rest = train({ ...options, environment, ...half, steps: 40 });
  assertEquals(bits(rest[39]), bits(whole[89]));
  const fresh = train({ ...options, environment: make(), ...half, steps: 200 });
  assertEquals(fresh.findIndex((p) => p.episodeReturn !== undefined), 199);
});

Deno.test("statistics that are given normalize the observations", () => {
  const { state, statistics } = train({})[259];
  const { networks, targets, optimizers } = state;
  const fresh = { key: key(1), steps: 1, state: { networks, targets, optimizers } };
  assertEquals(train({ ...fresh, statistics })[0].statistics, statistics);
  assertEquals(
    train({ ...fresh, state: { ...fresh.state, statistics } })[0].statistics,
    statistics,
  );
  const other = { ...statistics, count: 7 };
  assertEquals(train({ steps: 1, state, statistics: other })[0].statistics, other);
});

Deno.test("the actor learns at one of policyDelay updates, over all bursts", () => {
  for (const [updateEvery, policyDelay] of [[1, 3], [50, 2], [2, 4], [3, 2], [4, 100]]) {
    const delayed = td3({ actor, criticSizes: [4], policyDelay });
    const timers: number[] = [];
    let learned = 0;
    const counting: Td3 = {
      ...delayed,
      update: (state, batch, options) => {
        timers.push(options.timer);
        const result = delayed.update(state, batch, options);
        if (result[1].actorLoss !== undefined) learned++;
        return result;
      },
    };
    const options = { agent: counting, updateEvery, updateAfter: 0, startSteps: 5, batchSize: 4 };
    const progress = train({ ...options, steps: 100 });
    assertEquals(timers, timers.map((_, i) => i));
    assertEquals(learned, Math.ceil(timers.length / policyDelay));
    assertEquals(progress[99].state.updates, timers.length);
  }
});

Deno.test("losses are yielded with the steps that have updates", () => {
  const progress = train({ updateAfter: 250, updateEvery: 2 });
  const steps = progress.filter((p) => p.criticLoss !== undefined).map((p) => p.step);
  assertEquals(steps, [252, 254, 256, 258, 260]);
  const { criticLoss, actorLoss } = progress[259];
  assertEquals([criticLoss, actorLoss].map((x) => Number.isFinite(x)), [true, true]);
});

Deno.test("the transitions of an environment that reuses its array are whole", () => {
  const shared = [0];
  const environment: Environment = {
    name: "counter",
    observationSpace: { low: [0], high: [9] },
    actionSpace: { low: [-1], high: [1] },
    maxSteps: 9,
    reset: () => {
      shared[0] = 0;
      return shared;
    },
    step: () => {
      shared[0]++;
      return { observation: shared, reward: 0, terminated: false, truncated: false };
    },
  };
  const counter = td3({
    actor: ilcSan({ obsDim: 1, actDim: 1, hiddenSizes: [4] }),
    criticSizes: [4],
  });
  const [, , , last] = train({ environment, agent: counter, steps: 4, startSteps: 9 });
  const { observations, nextObservations } = last.state.replay.snapshot();
  assertEquals([[...observations], [...nextObservations]], [[0, 1, 2, 3], [1, 2, 3, 4]]);
});

Deno.test("exploration noise is in units of the actor's limit where that is asked for", () => {
  const first = (options: Partial<TrainOptions>) =>
    train({ steps: 1, startSteps: 0, ...options })[0].state.replay.snapshot().actions[0];
  const noise = (options: Partial<TrainOptions>) => first(options) - first({ actNoise: 0 });
  assertAlmostEquals(noise({ scaleNoise: true }), 2 * noise({}), 1e-6);
  const byAgent = td3({ actor, criticSizes: [8], scaleNoise: true });
  assertEquals(noise({ agent: byAgent }), noise({ scaleNoise: true }));
  const unit = ilcSan({ obsDim: 2, actDim: 1, hiddenSizes: [4] });
  const mountain = { environment: mountainCarContinuous(), agent: td3({ actor: unit }) };
  assertEquals(first({ ...mountain, scaleNoise: true }), first(mountain));
});

Deno.test("an actor, a state or an experience that does not fit is refused", () => {
  const strong = td3({ actor: ilcSan({ obsDim: 3, actDim: 1, actLimit: 7 }) });
  assertThrows(
    () => train({ agent: strong }),
    RangeError,
    "from -2 to 2, the actor's from -7 to 7",
  );
  const careless = (value: unknown) => value as never;
  const { state } = train({ steps: 1 })[0];
  const { actor: params } = state.networks;
  assertThrows(() => train({ state: careless(params) }), TypeError, 'no part "encoder');
  const networks = { ...state.networks, q1: params };
  assertThrows(() => train({ state: { ...state, networks } }), TypeError, "networks.q1");
  const other = new ReplayBuffer({ obsDim: 2, actDim: 1, size: 4 });
  assertThrows(() => train({ replay: other }), TypeError, "replay has obsDim 2");
  const replay = new ReplayBuffer({ obsDim: 3, actDim: 1, size: 4 });
  assertThrows(() => train({ replay, replaySize: 5 }), RangeError, "replaySize is 5");
  const statistics = { mean: [0], variance: [1], count: 1 };
  assertThrows(() => train({ statistics: careless(statistics) }), TypeError, "mean has length 1");
});
