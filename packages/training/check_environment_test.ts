import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { box, type Space } from "@spikeloop/actor";
import { key, uniform } from "@spikeloop/random";
import { checkEnvironment } from "./check_environment.ts";
import type { AsyncEnvironment, Environment, Transition } from "./environment.ts";
import { cartPoleSwingUp } from "./environments/cart_pole_swing_up.ts";
import { cartPole } from "./environments/cart_pole.ts";
import { lunarLander, lunarLanderDiscrete } from "./environments/lunar_lander.ts";
import { mountainCarContinuous } from "./environments/mountain_car.ts";
import { normalizeObservation } from "./environments/normalize_observation.ts";
import { pendulum } from "./environments/pendulum.ts";
import { reacher } from "./environments/reacher.ts";
import { distantPoint } from "./environments/testing/point.ts";
import { timeLimit } from "./environments/time_limit.ts";
import { makeEnvironment } from "./make_environment.ts";
import { emptyStatistics } from "./running_statistics.ts";

/** A task as a user may write it, without a fault but for `parts` and `result`. */
function walk(parts: Partial<Environment> = {}, result: Partial<Transition> = {}): Environment {
  let state = { x: 0, isRunning: false };
  return {
    name: "walk",
    observationSpace: { low: [-9], high: [9] },
    actionSpace: { low: [-1], high: [1] },
    maxSteps: 100,
    reset: (k) => {
      state = { x: uniform(k, []).item(), isRunning: true };
      return [state.x];
    },
    step: ([push]) => {
      if (!state.isRunning) throw new RangeError("call reset first");
      const x = state.x + push;
      state = { x, isRunning: Math.abs(x) < 2 };
      const terminated = !state.isRunning;
      return { observation: [x], reward: x, terminated, truncated: false, ...result };
    },
    snapshot: () => ({ ...state }),
    restore: (snapshot) => {
      state = { ...snapshot as typeof state };
    },
    ...parts,
  };
}

const careless = (value: unknown) => value as never;

Deno.test("checkEnvironment() finds nothing wrong with the tasks of this package", () => {
  const tasks: (() => Environment<Space>)[] = [
    pendulum,
    mountainCarContinuous,
    cartPoleSwingUp,
    cartPole,
    reacher,
    lunarLander,
    lunarLanderDiscrete,
    () => normalizeObservation(pendulum(), { statistics: emptyStatistics(3), update: false }),
  ];
  for (const make of tasks) assertEquals(checkEnvironment(make()), [], make().name);
  assertEquals(checkEnvironment(walk()), []);
});

Deno.test("checkEnvironment() tells faults of the parts in plain words", () => {
  const faults = checkEnvironment(careless({
    name: "",
    observationSpace: { low: [0] },
    actionSpace: { n: 0 },
    maxSteps: 0.5,
    step: 3,
    snapshot: () => 1,
  }));
  assertEquals(faults, [
    'name is "", expected a non-empty string',
    "observationSpace.high is missing, expected an array of at least one number",
    "actionSpace.n is 0, expected an integer of at least 1",
    "maxSteps is 0.5, expected an integer of at least 1",
    "reset is missing, expected a function",
    "step is 3, expected a function",
    "snapshot is there, but restore is missing",
  ]);
  assertEquals(checkEnvironment(careless(7)), ["the environment is 7, expected an object"]);
});

Deno.test("checkEnvironment() tells faults of observations, rewards and ends", () => {
  const one = (env: Environment, fault: string) => assertEquals(checkEnvironment(env), [fault]);
  one(walk({ reset: () => [] }), "the observation of reset has length 0, observationSpace has 1");
  one(
    walk({ reset: careless(() => undefined) }),
    "the observation of reset is missing, expected an array of numbers",
  );
  one(
    walk({}, { observation: [1, 2] }),
    "the observation of step has length 2, observationSpace has 1",
  );
  one(
    walk({}, { observation: [NaN] }),
    "observation[0] of step is NaN, expected a finite float32 number",
  );
  one(
    walk({}, { observation: [10] }),
    "observation[0] of step is 10, out of its space from -9 to 9",
  );
  one(walk({}, { reward: careless("1") }), 'the reward is "1", expected a finite float32 number');
  one(walk({}, { reward: NaN }), "the reward is NaN, expected a finite float32 number");
  one(walk({}, { truncated: careless(0) }), "truncated is 0, expected true or false");
  one(
    walk({ step: careless(() => 1) }),
    "the result of step is 1, expected { observation, reward, ... }",
  );
  const fail = () => {
    throw new Error("no such place");
  };
  one(walk({ step: fail }), "step throws: no such place");
});

Deno.test("checkEnvironment() holds the extreme actions, which lead out of the space", () => {
  const drift = (low: number, high: number) =>
    makeEnvironment<number>({
      name: "drift",
      observationSpace: box(1, -2, 2),
      actionSpace: box(1, low, high),
      maxSteps: 20,
      start: (k) => uniform(k, [], { min: -1, max: 1 }).item(),
      observe: (x) => [x],
      advance: (x, [push]) => ({ state: x + 0.2 * push, reward: 0, terminated: false }),
    });
  for (const task of [drift(-1, 1), drift(-Infinity, Infinity)]) {
    const [fault, ...others] = checkEnvironment(task);
    assertMatch(fault, /^observation\[0\] of step is -?2\.\d+, out of its space from -2 to 2$/);
    assertEquals(others, []);
  }
  assertEquals(checkEnvironment(drift(-0.2, 0.2)), []);
  const turns: number[] = [];
  const lander = lunarLanderDiscrete();
  checkEnvironment({ ...lander, step: (i) => (turns.push(i), lander.step(i)) });
  const text = turns.join("");
  assert(text.includes("0".repeat(20)) && text.includes("3".repeat(20)));
});

Deno.test("checkEnvironment() finds starts and episodes that the key does not determine", () => {
  const fixed = () => {
    const task = walk();
    return { ...task, reset: () => task.reset(key(5)) };
  };
  assertEquals(checkEnvironment(fixed()), [
    "reset ignores its key: 8 keys start with the same observation; pass { fixedStart: true } if that is meant",
  ]);
  assertEquals(checkEnvironment(fixed(), { fixedStart: true }), []);
  let count = 0;
  const task = walk();
  assertEquals(checkEnvironment({ ...task, reset: () => task.reset(key(count++)) }), [
    "one key starts two different episodes: draw all that is random from the key",
  ]);
  const learning = timeLimit(normalizeObservation(walk()), 9);
  assertMatch(
    checkEnvironment(learning).join(),
    /Check the task inside, or with \{ statistics, upd/,
  );
  const { statistics } = learning;
  const still = normalizeObservation(walk(), { statistics, update: false });
  assertEquals(checkEnvironment(still), []);
  const windy = walk();
  const gust = () => (count += 0.001) % 0.1;
  assertEquals(
    checkEnvironment({ ...windy, step: ([push]) => windy.step([Number(push) + gust()]) }),
    ["one key and the same actions lead elsewhere at step 1"],
  );
});

Deno.test("checkEnvironment() finds arrays that are shared", () => {
  const shared = [0];
  const task = walk();
  const put = ([x]: readonly number[]) => {
    shared[0] = x;
    return shared;
  };
  const reusing: Environment = {
    ...task,
    reset: (k) => put(task.reset(k)),
    step: (move) => {
      const result = task.step(move);
      return { ...result, observation: put(result.observation) };
    },
  };
  assertEquals(checkEnvironment(reusing), [
    "a step changes the array of an earlier observation: return a new array every time",
  ]);
  const greedy: Environment = {
    ...task,
    step: (move) => {
      const result = task.step(move);
      (move as number[])[0] = 0;
      return result;
    },
  };
  assertEquals(checkEnvironment(greedy), ["step changes the array of its action"]);
});

Deno.test("checkEnvironment() finds steps after the end", () => {
  const endless = walk();
  let last: Transition | undefined;
  const task: Environment = {
    ...endless,
    step: (move) => last = last?.terminated ? last : endless.step(move),
    reset: (k) => {
      last = undefined;
      return endless.reset(k);
    },
  };
  assertEquals(checkEnvironment(task), [
    "step goes on after the end of an episode: throw a RangeError until the next reset",
  ]);
});

Deno.test("checkEnvironment() finds snapshots that are none", () => {
  const state = { x: 0 };
  /** It ends when it is left, and changes its state in place. */
  const drift = (parts: Partial<Environment>): Environment => ({
    ...walk(),
    maxSteps: Infinity,
    reset: (k) => [state.x = uniform(k, []).item()],
    step: ([push]) => {
      state.x = 0.9 * state.x + 0.1 * push;
      return { observation: [state.x], reward: 0, terminated: false, truncated: false };
    },
    snapshot: () => ({ ...state }),
    restore: (snapshot) => void Object.assign(state, snapshot),
    ...parts,
  });
  assertEquals(checkEnvironment(drift({})), []);
  const one = (parts: Partial<Environment>, fault: string) =>
    assertEquals(checkEnvironment(drift(parts)), [fault]);
  one({ snapshot: () => state }, "later steps change the snapshot: copy the state into it");
  one(
    { restore: () => {} },
    "restore does not bring the state back: the same actions lead elsewhere",
  );
  one({ snapshot: () => undefined }, "snapshot returns nothing in the middle of an episode");
  const text = checkEnvironment(drift({ snapshot: () => ({ ...state, log: () => {} }) })).join();
  const problem =
    "the snapshot cannot be saved: snapshot.log is a function (log), which no file holds";
  assertEquals(text.startsWith(problem), true, text);
  const visits = { ...state, visits: new Map([[0, 1]]) };
  const map = checkEnvironment(drift({ snapshot: () => visits })).join();
  assertEquals(map.startsWith("the snapshot cannot be saved: snapshot.visits is a"), true, map);
  const ring: Record<string, unknown> = { ...state };
  ring.self = ring;
  const cycle = checkEnvironment(drift({ snapshot: () => ring })).join();
  assertEquals(cycle.endsWith("nests too deep, or holds itself"), true, cycle);
});

Deno.test("checkEnvironment() finds a restore that keeps the snapshot itself", () => {
  let state = { x: 0 };
  const task: Environment = {
    ...walk(),
    reset: (k) => [(state = { x: uniform(k, []).item() }).x],
    step: ([push]) => {
      state.x = 0.9 * state.x + 0.1 * push;
      return { observation: [state.x], reward: 0, terminated: false, truncated: false };
    },
    snapshot: () => ({ ...state }),
    restore: (snapshot) => {
      state = snapshot as typeof state;
    },
  };
  assertEquals(checkEnvironment(task), [
    "steps after restore change the snapshot: copy the state out of it",
  ]);
});

Deno.test("checkEnvironment() awaits environments that return promises", async () => {
  assertEquals(await checkEnvironment(distantPoint()), []);
  const lame: AsyncEnvironment = {
    ...distantPoint(),
    step: () => Promise.reject(new Error("the line is dead")),
  };
  assertEquals(await checkEnvironment(lame), ["step throws: the line is dead"]);
});

Deno.test("checkEnvironment() waits for a promise for some time only", async () => {
  const never = () => new Promise<never>(() => {});
  const problem = (doing: string) => [
    `the promise of ${doing} has not resolved for 0.05 s; pass { seconds } if it may take longer`,
  ];
  const point = distantPoint();
  const check = (parts: Partial<AsyncEnvironment>) =>
    checkEnvironment({ ...point, ...parts }, { seconds: 0.05 });
  assertEquals(await check({ reset: never }), problem("reset"));
  assertEquals(await check({ step: never }), problem("step"));
  let isOver = false;
  const stuck = await check({
    step: async (action) => {
      if (isOver) return await never();
      isOver = true;
      return { ...await point.step(action), terminated: true };
    },
  });
  assertEquals(stuck, problem("step"));
});

Deno.test("checkEnvironment() refuses wrong options", () => {
  assertThrows(() => checkEnvironment(walk(), { steps: 0 }), RangeError, "steps is 0");
  assertThrows(() => checkEnvironment(walk(), careless({ step: 3 })), TypeError, '"step"');
  assertThrows(() => checkEnvironment(walk(), { seconds: 0 }), RangeError, "seconds is 0");
});
