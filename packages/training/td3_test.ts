import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { ilcSan, mlpActor } from "@spikeloop/actor";
import { key } from "@spikeloop/random";
import { atan } from "@spikeloop/surrogate";
import { evaluator } from "@spikeloop/backend/evaluator";
import { cpu } from "@spikeloop/cpu";
import { full, ones, tensor, zeros } from "@spikeloop/tensor";
import { obsDimOf } from "./take_actor.ts";
import type { Batch } from "./batch.ts";
import { pendulum, vectorized } from "./mod.ts";
import { type Td3, td3 } from "./td3.ts";
import type { Td3State } from "./td3_state.ts";
import { assertResumes } from "./testing/assert_resumes.ts";
import { randomBatch, zeroBatch } from "./testing/batches.ts";
import * as hand from "./testing/by_hand.ts";
import { goldenAgent, td3Suite } from "./testing/td3_suite.ts";

for (const backend of [evaluator, cpu]) td3Suite(backend);

const agent = goldenAgent();
const { actor } = agent.options;
const [obsDim, { actDim }] = [obsDimOf(actor), actor.head];

Deno.test("an update depends on its arguments alone, and changes none of them", () => {
  const state = agent.init(key(1));
  const before = state.networks.actor["encoder.mean"].dataSync();
  const rows = (n: number, seed: number) =>
    tensor(
      Float32Array.from({ length: 8 * n }, (_, i) => Math.sin(i + seed)),
      n === 1 ? [8] : [8, n],
    );
  const batch = {
    observation: rows(3, 0),
    action: rows(2, 1),
    reward: rows(1, 2),
    nextObservation: rows(3, 3),
    done: tensor(new Float32Array(8), [8]),
  };
  const run = () =>
    agent.update(state, batch, { timer: 0, key: key(5) })[0].networks.actor["encoder.mean"]
      .dataSync();
  assertEquals(run(), run());
  assertEquals(state.networks.actor["encoder.mean"].dataSync(), before);
});

Deno.test("a batch of wrong shapes is refused by name", () => {
  const batch = { ...zeroBatch(4, obsDim, actDim), reward: zeros([4, 1]) };
  const options = { timer: 0, key: key(0) };
  assertThrows(
    () => agent.update(agent.init(key(0)), batch, options),
    TypeError,
    "its reward has shape [4, 1], expected [4]",
  );
});

Deno.test("an update refuses a state, a timer or noise that does not fit", () => {
  const batch = zeroBatch(4, obsDim, actDim);
  const state = agent.init(key(0));
  const options = { timer: 0, key: key(0) };
  const careless = (value: unknown) => value as never;
  const refuse = (
    kind: typeof TypeError | typeof RangeError,
    problem: string,
    parts: { state?: unknown; options?: object },
  ) =>
    assertThrows(
      () => agent.update(careless(parts.state ?? state), batch, { ...options, ...parts.options }),
      kind,
      problem,
    );
  refuse(RangeError, "timer is -1", { options: { timer: -1 } });
  refuse(TypeError, "timer is missing", { options: { timer: undefined } });
  refuse(TypeError, "key is 3", { options: { key: 3 } });
  refuse(TypeError, '"noise" has shape [4, 1]', { options: { noise: zeros([4, 1]) } });
  refuse(TypeError, '"noise" is an array', { options: { noise: [[0, 0]] } });
  refuse(TypeError, "networks are undefined", { state: { networks1: 1 } });
  refuse(TypeError, "networks are undefined", {
    state: { targets: state.targets, optimizers: state.optimizers },
  });
  const targets = { ...state.targets, q2: state.targets.actor };
  refuse(TypeError, "targets.q2", { state: { ...state, targets } });
  refuse(TypeError, "optimizers", { state: { ...state, optimizers: undefined } });
  const { critics } = state.optimizers;
  refuse(TypeError, "actor is missing", { state: { ...state, optimizers: { critics } } });
});

Deno.test("noise on the target's actions is in units of the actor's limit where that is asked for", () => {
  const batch = zeroBatch(4, obsDim, actDim);
  const weight = (options: object, actLimit: number) => {
    const own = td3({
      actor: ilcSan({ obsDim, actDim, hiddenSizes: [4], actLimit }),
      criticSizes: [4],
      ...options,
    });
    const noise = ones([4, actDim]);
    const [state] = own.update(own.init(key(0)), batch, { timer: 1, key: key(0), noise });
    return [...state.networks.q1["q.0.bias"].dataSync()];
  };
  const scaled = { scaleNoise: true };
  assertEquals(weight(scaled, 1), weight({}, 1));
  assertEquals(weight(scaled, 2), weight({ targetNoise: 0.4, noiseClip: 1 }, 2));
});

const spaces = { obsDim: 3, actDim: 1, actLimit: 2 };

Deno.test("a target discounts by the batch, whose rewards may be of several steps", () => {
  const make = (options: object) =>
    td3({ actor: mlpActor({ ...spaces, hiddenSizes: [4] }), criticSizes: [4], ...options });
  const bias = (agent: Td3, batch: Batch) => {
    const options = { timer: 0, key: key(9) };
    return agent.update(agent.init(key(0)), batch, options)[0].networks.q1["q.0.bias"].dataSync();
  };
  const discounted = { ...randomBatch, discount: full([6], 0.25) };
  assertEquals(bias(make({ nSteps: 2 }), discounted), bias(make({ gamma: 0.25 }), randomBatch));
  assertEquals(make({ nSteps: 3, gamma: 0.5 }).returns, { steps: 3, gamma: 0.5 });
  const wrong = { ...randomBatch, discount: full([6, 1], 0.25) };
  assertThrows(() => bias(make({}), wrong), TypeError, "its discount has shape [6, 1]");
});

Deno.test("a proxy target imitates the actor, as by hand in float64, and gives the target's action", () => {
  const actor = ilcSan({ ...spaces, hiddenSizes: [6], encPopDim: 3, timeSteps: 2 });
  const proxyTarget = { hiddenSizes: [5], learningRate: 2e-3, updates: 2 };
  const agent = td3({ actor, criticSizes: [4], actorLearningRate: 1e-3, proxyTarget });
  let state = agent.init(key(0));
  const options = (timer: number) => ({ timer, key: key(timer), noise: zeros([6, 1]) });
  for (const timer of [0, 1]) [state] = agent.update(state, randomBatch, options(timer));
  const [after] = agent.update(state, randomBatch, options(2));
  const observations = hand.rowsOf(randomBatch.observation);
  const actions = actor.apply(after.networks.actor, randomBatch.observation).dataSync();
  let proxy = hand.numbersOf(state.targets.actor);
  const act = (p: hand.Numbers, o: number[]) =>
    2 * Math.tanh(hand.perceptron(p, ["fc1", "out"], hand.relu, o)[0]);
  const loss = (p: hand.Numbers) =>
    hand.average(observations.map((o, i) => (act(p, o) - actions[i]) ** 2));
  const { optimizers } = state;
  if (!("proxy" in optimizers)) throw new Error("no state of a proxy");
  let moments = hand.momentsOf(optimizers.proxy, (params) => params);
  const before = loss(proxy);
  for (let i = 0; i < 2; i++) {
    const grads = hand.gradientOf(loss, proxy);
    proxy = hand.adam(proxy, grads, moments, { rate: 2e-3 });
    moments = hand.nextMoments(moments, grads);
  }
  hand.assertClose(after.targets.actor, proxy, 2e-6, "proxy");
  assert(loss(proxy) < before);

  const critics = [state.targets.q1, state.targets.q2].map(hand.numbersOf);
  const goals = hand.rowsOf(randomBatch.nextObservation).map((o, i) => {
    const action = act(hand.numbersOf(state.targets.actor), o);
    const value = Math.min(...critics.map((p) => hand.critic(p, o, action)));
    const done = randomBatch.done.dataSync()[i];
    return randomBatch.reward.dataSync()[i] + 0.99 * (1 - done) * value;
  });
  const q = hand.numbersOf(state.networks.q1);
  const error = (p: hand.Numbers) =>
    hand.average(observations.map((o, i) => {
      const value = hand.critic(p, o, randomBatch.action.dataSync()[i]);
      return (value - goals[i]) ** 2;
    }));
  const q1 = hand.momentsOf(optimizers.critics, (critics) => critics.q1);
  hand.assertClose(
    after.networks.q1,
    hand.adam(q, hand.gradientOf(error, q), q1, { rate: 1e-3 }),
    1e-6,
    "q1",
  );
});

Deno.test("surrogate slopes follow a schedule: only gradients change, and nothing compiles", () => {
  const actorWith = (alpha: number) =>
    ilcSan({ ...spaces, hiddenSizes: [6], encPopDim: 3, timeSteps: 2, surrogate: atan({ alpha }) });
  const seen: number[] = [];
  const actorAt = (update: number) => {
    seen.push(update);
    return actorWith(update);
  };
  const options = { criticSizes: [4], actor: actorWith(2) };
  const scheduled = td3({ ...options, actorAt });
  const first = scheduled.init(key(0));
  const at = (agent: Td3, timer: number) =>
    agent.update(first, randomBatch, { timer, key: key(1) })[0].optimizers.actor.moments.mean[
      "snn.hidden_layers.Linear0.weight"
    ].dataSync();
  assertEquals(at(scheduled, 0), at(td3({ ...options, actor: actorWith(1) }), 0));
  assertEquals(at(scheduled, 4), at(td3({ ...options, actor: actorWith(5) }), 4));
  assertNotEquals(at(scheduled, 0), at(scheduled, 4));
  assertEquals(seen, [1, 5, 1, 5]);
  const other = td3({ ...options, actorAt: () => ilcSan({ ...spaces, hiddenSizes: [7] }) });
  assertThrows(() => at(other, 0), TypeError, "actorAt(1) has other parameters");
  const none = td3({ ...options, actorAt: () => undefined as never });
  assertThrows(() => at(none, 0), TypeError, "actorAt(1)");
});

Deno.test("td3 with all its options goes on from a file to the same bits", () => {
  const { observationSpace, actionSpace } = pendulum();
  const own = { observationSpace, actionSpace, hiddenSizes: [6], encPopDim: 3, timeSteps: 2 };
  const actorWith = (alpha: number) => ilcSan({ ...own, surrogate: atan({ alpha }) });
  const agent = td3({
    actor: actorWith(3),
    actorAt: (update) => actorWith(1 + update / 10),
    criticSizes: [6],
    nSteps: 3,
    proxyTarget: { hiddenSizes: [6] },
    scaleNoise: true,
  });
  assertResumes<Td3State>(() => ({
    environment: vectorized(pendulum, 2),
    agent,
    key: key(0),
    steps: 60,
    batchSize: 8,
    startSteps: 10,
    updateAfter: 20,
    checkpoint: { every: 16 },
  }));
});
