import { assertEquals, assertThrows } from "@std/assert";
import { key, split } from "@spikeloop/random";
import { checkEnvironment } from "../check_environment.ts";
import type { Environment } from "../environment.ts";
import { actionRepeat } from "./action_repeat.ts";
import { cartPole } from "./cart_pole.ts";
import { normalizeObservation } from "./normalize_observation.ts";
import { pendulum } from "./pendulum.ts";
import { distantPoint, point } from "./testing/point.ts";
import { timeLimit } from "./time_limit.ts";
import { vectorized } from "./vectorized.ts";

Deno.test("environments side by side do what each does alone, and start anew in the next step", () => {
  const env = vectorized(point, 2);
  const starts = env.reset(key(3));
  const alone = split(key(3), 2).map((k) => {
    const task = point();
    const [next, now] = split(k);
    assertEquals(starts.some(([x]) => x === task.reset(now)[0]), true);
    return { task, next };
  });
  let { observations, terminations, rewards } = env.step([[6], [1]]);
  assertEquals(observations, alone.map(({ task }, i) => task.step([[6], [1]][i]).observation));
  assertEquals(terminations, [false, false]);
  ({ observations, terminations } = env.step([[6], [1]]));
  assertEquals(observations, alone.map(({ task }, i) => task.step([[6], [1]][i]).observation));
  assertEquals(terminations, [true, false]);
  // The first starts anew and ignores its action; the second goes on.
  ({ observations, terminations, rewards } = env.step([[6], [1]]));
  const first = alone[0].task.reset(split(alone[0].next)[1]);
  const second = alone[1].task.step([1]);
  assertEquals(observations, [first, second.observation]);
  assertEquals([rewards, terminations], [[0, second.reward], [false, false]]);
});

Deno.test("a vector of environments goes on from a snapshot, after an end too", () => {
  const make = () => vectorized([point(), point(), point()]);
  const env = make();
  env.reset(key(0));
  env.step([[6], [0], [0]]);
  env.step([[6], [0], [0]]);
  const snapshot = structuredClone(env.snapshot?.());
  const go = (one: typeof env) => [1, 2, 3].map((x) => one.step([[x], [x], [x]]));
  const expected = go(env);
  const other = make();
  other.restore?.(snapshot);
  assertEquals(go(other), expected);
  assertEquals(make().snapshot?.(), undefined);
  assertThrows(() => vectorized(point, 2).restore?.(snapshot), TypeError, "states.length is 3");
  assertThrows(() => vectorized(pendulum, 3).restore?.(snapshot), TypeError, "one of Pendulum-v1");
});

Deno.test("actions may be laid end to end, and discrete ones are a list of numbers", () => {
  const [flat, nested] = [vectorized(point, 2), vectorized(point, 2)];
  assertEquals(flat.reset(key(0)), nested.reset(key(0)));
  assertEquals(flat.step(Float32Array.of(1, 2)), nested.step([[1], [2]]));
  const poles = vectorized(cartPole, 2);
  poles.reset(key(0));
  assertEquals(poles.step([0, 1]).observations.map((x) => x[1] > 0), [false, true]);
  assertEquals(poles.step(Int32Array.of(0, 1)).rewards, [1, 1]);
  assertThrows(() => flat.step([[1]]), TypeError, "the number of actions is 1, expected 2");
  assertThrows(
    () => flat.step(new Float32Array(3)),
    TypeError,
    "the number of components is 3, expected 2",
  );
});

Deno.test("environments with promises take their steps together", async () => {
  const [near, far] = [vectorized(point, 2), vectorized(distantPoint, 2)];
  assertEquals(await far.reset(key(0)), near.reset(key(0)));
  for (let t = 0; t < 5; t++) assertEquals(await far.step([[6], [2]]), near.step([[6], [2]]));
  const other = vectorized(distantPoint, 2);
  await other.restore?.(await far.snapshot?.());
  assertEquals(await other.step([[0], [0]]), near.step([[0], [0]]));
});

Deno.test("environments of two tasks, or one that stands there twice, are refused", () => {
  const one = point();
  assertThrows(() => vectorized([one, one]), TypeError, "stands there twice");
  assertThrows(() => vectorized([]), TypeError, "the list is empty");
  assertThrows(
    () => vectorized([point(), timeLimit(point(), 3)]),
    TypeError,
    "maxSteps of environment 1",
  );
  assertThrows(
    () => vectorized([point(), pendulum() as never]),
    TypeError,
    "name of environment 1",
  );
  assertThrows(() => vectorized(point, 0), RangeError, "count is 0");
  assertThrows(() => vectorized(one as never, 4), TypeError, "environments is a record, expected");
  assertThrows(() => vectorized([one], 1), TypeError, "count is 1");
  assertThrows(() => vectorized(point, 2).step([[0], [0]]), RangeError, "call reset(key) first");
});

Deno.test("a vector of environments frees what they hold", () => {
  let free = 0;
  {
    using env = vectorized(() => ({ ...point(), [Symbol.dispose]: () => free++ }), 2);
    env.reset(key(0));
  }
  assertEquals(free, 2);
});

Deno.test("several environments are not taken for one", () => {
  const pair = vectorized(pendulum, 2);
  const one = pair as unknown as Environment;
  for (
    const wrap of [(e: Environment) => timeLimit(e, 3), normalizeObservation, actionRepeatTwice]
  ) {
    assertThrows(() => wrap(one), TypeError, "the environment is several side by side");
  }
  assertThrows(() => vectorized(() => one, 2), TypeError, "several side by side");
  assertEquals(checkEnvironment(one), [
    "it is several environments side by side: check a single one, such as environments[0]",
  ]);
  assertEquals(checkEnvironment(pair.environments[0] as Environment), []);
});

const actionRepeatTwice = (e: Environment) => actionRepeat(e, 2);

Deno.test("a wrong action of one environment moves none of them", () => {
  const check = (env: { step(actions: never): unknown; snapshot?(): unknown }, moves: unknown) => {
    const before = env.snapshot?.();
    assertThrows(() => env.step(moves as never), Error, "action");
    assertEquals(env.snapshot?.(), before);
  };
  const [points, poles] = [vectorized(point, 2), vectorized(cartPole, 2)];
  points.reset(key(0));
  poles.reset(key(0));
  for (const moves of [[[1], [NaN]], [[1], [1, 2]], [[1], 1], Float32Array.of(1, NaN)]) {
    check(points, moves);
  }
  for (const moves of [[0, 2], [0, 0.5], [0, [1]], Int32Array.of(1, -1)]) check(poles, moves);
});

Deno.test("where one environment throws, the promises of others fail unheard", async () => {
  let count = 0;
  const env = vectorized(() => {
    const isFirst = count++ === 0;
    const step = () => {
      if (isFirst) return Promise.reject(new Error("late"));
      throw new Error("at once");
    };
    return { ...distantPoint(), step };
  }, 2);
  await env.reset(key(0));
  assertThrows(() => env.step([[0], [0]]), Error, "at once");
  // A rejection that nobody handles fails here.
  await new Promise((resolve) => setTimeout(resolve));
});
