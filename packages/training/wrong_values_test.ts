// Every public function answers every wrong value in words of its own.
import { assert, assertEquals } from "@std/assert";
import { actorOptionsOf, ilcSan } from "@spikeloop/actor";
import { key } from "@spikeloop/random";
import { ones, Tensor, zeros } from "@spikeloop/tensor";
import * as training from "./mod.ts";

class Odd {
  readonly x = 1;
}

/** Values that are wrong in most places. */
const wrong: readonly unknown[] = [
  ...[undefined, null, NaN, Infinity, -Infinity, 0, -0, -1, 0.5, 1, 2, 3, 1e9, 2 ** 31, 2 ** 32],
  ...[
    2 ** 53,
    1e308,
    1e-320,
    1n,
    -5n,
    "",
    "1",
    "abc",
    "__proto__",
    "0x10",
    true,
    false,
    Symbol("s"),
  ],
  ...[[], [1], [undefined], [, 1], [[0]], ["1"], [NaN], [1, 2, 3], new Array(3), [Infinity], [1n]],
  ...[{}, { length: 1 }, { length: 1, 0: 5 }, { low: [0], high: [1] }, Object.create(null)],
  ...[new Map(), new Set(), new Date(), /a/, new Odd(), Promise.resolve(), new Error("e")],
  ...[new Float32Array(3), new Float64Array(1), new Uint8Array(2), new BigInt64Array(1)],
  ...[new ArrayBuffer(8), new DataView(new ArrayBuffer(4)), () => 1, () => undefined, Odd],
  ...[ones([1]), zeros([2, 2]), key(0), { toString: 1 }, { valueOf: null }],
  new Proxy({}, {}),
];

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
  actorOptionsOf: [actorOptionsOf, params],
  act: [training.act, policy, [1, 2, 3], key(0)],
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
};

/** Whether a value is a plain record, whose fields are tried one by one. */
const isOptions = (x: unknown): x is Record<string, unknown> =>
  typeof x === "object" && x !== null && Object.getPrototypeOf(x) === Object.prototype;

/** The problem with how a call is answered, if there is one. */
function problemOf(
  run: (...args: never[]) => unknown,
  args: readonly unknown[],
): string | undefined {
  try {
    run(...args as never[]);
    return undefined;
  } catch (error) {
    const isOurs = error instanceof Error &&
      [TypeError, RangeError, SyntaxError].some((kind) => error.constructor === kind) &&
      /^Cannot (?!read prop|destructure|convert|mix|set prop|create prop|define|assign)/
        .test(error.message);
    if (isOurs && error.message.length < 2000) return undefined;
    return String(error).slice(0, 160);
  }
}

Deno.test("the calls of this test are right as they are", () => {
  for (const [name, [run, ...args]] of Object.entries(calls)) {
    assertEquals(problemOf(run, args), undefined, name);
  }
  assert(params["encoder.mean"] instanceof Tensor);
});

for (const [name, [run, ...args]] of Object.entries(calls)) {
  Deno.test(`${name} answers wrong values in its own words`, () => {
    const problems: string[] = [];
    const note = (place: string, value: unknown, others: readonly unknown[]) => {
      const problem = problemOf(run, others);
      if (problem !== undefined) problems.push(`${place} = ${Deno.inspect(value)}: ${problem}`);
    };
    args.forEach((right, i) => {
      const put = (value: unknown) => args.map((arg, j) => i === j ? value : arg);
      for (const value of wrong) note(`argument ${i}`, value, put(value));
      if (!isOptions(right) || "apply" in right) return;
      for (const field of Object.keys(right)) {
        for (const value of wrong) {
          // Some large numbers are right, but take too long.
          const isLong = /^(steps|episodes|updateEvery|size|normUpdateEvery)$/.test(field) &&
            typeof value === "number" && value > 1000 && value < 2 ** 40;
          if (!isLong) note(`${i}.${field}`, value, put({ ...right, [field]: value }));
        }
        const { [field]: _, ...rest } = right;
        note(`${i} without ${field}`, "nothing", put(rest));
        const part = right[field];
        // An actor, an agent and an environment are made by functions that are tried themselves.
        if (!isOptions(part) || Object.values(part).some((x) => typeof x === "function")) continue;
        for (const inner of Object.keys(part)) {
          for (const value of wrong) {
            const changed = { ...right, [field]: { ...part, [inner]: value } };
            note(`${i}.${field}.${inner}`, value, put(changed));
          }
        }
      }
    });
    assertEquals(problems.slice(0, 12), []);
  });
}
