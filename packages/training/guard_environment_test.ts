import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { key } from "@spikeloop/random";
import type { Environment, Transition } from "./environment.ts";
import { guard } from "./guard_environment.ts";

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
  refuse({ result: { observation: [] } }, TypeError, "observation has 0 numbers, expected 1");
  refuse({ result: { observation: [NaN] } }, RangeError, "observation[0] is NaN");
  refuse({ step: careless(() => Promise.resolve()) }, TypeError, "its reward is missing");
  refuse({ reset: careless(() => undefined) }, TypeError, "Cannot reset mine");
  refuse({ reset: () => [Infinity] }, RangeError, "observation[0] is Infinity");
  refuse({ name: "" }, TypeError, "name");
  refuse({ maxSteps: NaN }, RangeError, "maxSteps is NaN");
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
