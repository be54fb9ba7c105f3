import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import type { Discrete } from "@spikeloop/actor";
import { key } from "@spikeloop/random";
import type { AsyncEnvironment, Environment, Transition } from "./environment.ts";
import { guard, guardAsync } from "./guard_environment.ts";

/** A task as a user may write it, with faults. */
function task(parts: Partial<Environment> & { result?: Partial<Transition> } = {}): Environment {
  const { result, ...rest } = parts;
  return {
    name: "mine",
    observationSpace: { low: [0], high: [9] },
    actionSpace: { low: [-1], high: [1] },
    maxSteps: 3,
    reset: () => [0],
    step: ([push]) => ({
      observation: [push],
      reward: 0,
      terminated: false,
      truncated: false,
      ...result,
    }),
    ...rest,
  };
}

const started = (parts?: Parameters<typeof task>[0]) => {
  const env = guard("test", task(parts));
  env.reset(key(0));
  return env;
};

Deno.test("a guard limits and copies actions, and keeps no array of the task", () => {
  const seen: (readonly number[] | Float32Array | Float64Array)[] = [];
  const shared = [0];
  const env = started({
    reset: () => shared,
    step: (action) => {
      seen.push(action);
      shared[0]++;
      return { observation: shared, reward: 1, terminated: false, truncated: false };
    },
  });
  const action = Float32Array.of(7);
  const { observation } = env.step(action);
  action[0] = 5;
  env.step(action);
  assertEquals([[...seen[0]], observation], [[1], [1]]);
});

Deno.test("a guard cuts an episode that the task does not end", () => {
  const env = started();
  const ends = [0, 0, 0].map((x) => env.step([x]).truncated);
  assertEquals(ends, [false, false, true]);
  assertThrows(() => env.step([0]), RangeError, "call reset(key) first");
});

Deno.test("a guard refuses what breaks the promises of an environment", () => {
  const refuse = (
    parts: Parameters<typeof task>[0],
    kind: typeof TypeError | typeof RangeError,
    problem: string,
  ) => assertThrows(() => started(parts).step([0]), kind, problem);
  const careless = (value: unknown) => value as never;
  refuse({ result: { reward: NaN } }, RangeError, "Cannot step mine: its reward is NaN");
  refuse({ result: { reward: 1e39 } }, RangeError, "its reward is 1e+39");
  refuse({ result: { reward: careless("1") } }, TypeError, 'its reward is "1"');
  refuse({ result: { terminated: careless(1) } }, TypeError, "terminated is 1");
  refuse({ result: { truncated: careless(undefined) } }, TypeError, "truncated is missing");
  refuse({ result: { observation: [] } }, TypeError, "observation has length 0, expected 1");
  refuse({ result: { observation: [NaN] } }, RangeError, "observation[0] is NaN");
  refuse(
    { step: careless(() => [[0], 0, false, false, {}]) }, // as in Gymnasium
    TypeError,
    "its result is an array, expected { observation, reward, terminated, truncated }",
  );
  refuse({ step: careless(() => Promise.resolve()) }, TypeError, "returned a promise");
  refuse({ reset: careless(() => Promise.reject()) }, TypeError, "returned a promise");
  refuse({ reset: careless(() => undefined) }, TypeError, "Cannot reset mine");
  refuse({ reset: () => [Infinity] }, RangeError, "observation[0] is Infinity");
  refuse({ name: "" }, TypeError, "name");
  refuse({ maxSteps: NaN }, RangeError, "the environment's maxSteps is NaN");
  refuse(
    { observationSpace: careless({ low: [0] }) },
    TypeError,
    "observationSpace.high is missing",
  );
  refuse({ snapshot: () => 1 }, TypeError, "restore is missing");
  assertThrows(() => guard("test", task()).step([0]), RangeError, "no episode is running");
  assertThrows(() => guard("test", task()).reset(careless(3)), TypeError, "key is 3");
});

Deno.test("an environment has one guard", () => {
  const env = task();
  assertStrictEquals(guard("test", env), guard("test", env));
  assertStrictEquals(guard("test", guard("test", env)), guard("test", env));
});

Deno.test("a guard takes choices of a discrete space, and nothing else", () => {
  const env = guard<Discrete, readonly number[]>("test", {
    ...task(),
    actionSpace: { n: 3 },
    step: (choice) => ({ observation: [choice], reward: 0, terminated: false, truncated: false }),
  });
  env.reset(key(0));
  assertEquals(env.step(2).observation, [2]);
  for (const choice of [3, -1, 0.5, NaN]) {
    assertThrows(() => env.step(choice), RangeError, "at least 0 and at most 2");
  }
  assertThrows(() => env.step([1] as never), TypeError, "the action is an array");
});

/** A task whose answers come later. */
function distantTask(): AsyncEnvironment {
  let place = 0;
  return {
    ...task(),
    reset: () => Promise.resolve([place = 0]),
    step: async ([push]) => {
      await undefined;
      if (push < 0) throw new Error("the line is dead");
      return { observation: [++place], reward: push, terminated: false, truncated: false };
    },
    snapshot: () => Promise.resolve(place),
    restore: async (snapshot) => {
      await undefined;
      place = snapshot as number;
    },
  };
}

Deno.test("a guard of promises checks their results, cuts and restores", async () => {
  const env = guardAsync("test", distantTask());
  assertStrictEquals(guardAsync("test", env), env);
  assertEquals(await env.reset(key(0)), [0]);
  assertEquals((await env.step([7])).reward, 1);
  const snapshot = await env.snapshot?.();
  await env.step([0]);
  const other = guardAsync("test", distantTask());
  await other.restore?.(snapshot);
  assertEquals((await other.step([0])).observation, [2]);
  assertEquals((await other.step([0])).truncated, true);
  assertThrows(() => other.step([0]), RangeError, "call reset(key) first");
});

Deno.test("a guard of promises refuses a second call before the first has ended", async () => {
  const env = guardAsync("test", distantTask());
  const first = env.reset(key(0));
  assertThrows(() => env.step([0]), RangeError, "an earlier call has not ended");
  await first;
  await assertRejects(async () => await env.step([-1]), Error, "the line is dead");
  assertEquals((await env.step([1])).observation, [1]);
});

Deno.test("a guard without promises serves where promises may come", async () => {
  const env = guard("test", task());
  assertStrictEquals(guardAsync("test", env) as AsyncEnvironment, env);
  const other = guardAsync("test", task());
  assertEquals(await other.reset(key(0)), [0]);
});

Deno.test("a guard frees what its task holds", () => {
  let isFree = false;
  const parts = { ...task(), [Symbol.dispose]: () => isFree = true };
  {
    using env = guard("test", parts) as Environment & Disposable;
    env.reset(key(0));
  }
  assertEquals(isFree, true);
});
