import { assertEquals, assertThrows } from "@std/assert";
import { key } from "@spikeloop/random";
import { makeEnvironment } from "./make_environment.ts";
import { limit } from "./space.ts";
import { pendulum, pendulumDynamics } from "./pendulum.ts";

/** A pendulum that starts at this angle, at rest. */
function pendulumAt(angle: number) {
  const task = makeEnvironment({ ...pendulumDynamics, start: () => ({ angle, speed: 0 }) });
  task.reset(key(0));
  return task;
}

Deno.test("an episode is cut, not ended, after its most steps", () => {
  const env = pendulum();
  env.reset(key(0));
  for (let t = 1; t < 200; t++) assertEquals(env.step([0]).truncated, false);
  const { truncated, terminated } = env.step([0]);
  assertEquals([truncated, terminated], [true, false]);
  assertThrows(() => env.step([0]), Error, "reset(key)");
});

Deno.test("actions beyond the range count as its ends, other faults are refused", () => {
  const [a, b] = [pendulumAt(1), pendulumAt(1)];
  assertEquals(a.step([9]), b.step([2]));
  assertThrows(() => a.step([1, 2]), TypeError, "2 components, expected 1");
  assertThrows(() => a.step([NaN]), RangeError, "NaN");
  assertThrows(() => pendulum().step([0]), Error, "reset(key)");
});

Deno.test("limit() returns the nearest number of an interval", () => {
  assertEquals([-3, 0.5, 7].map((x) => limit(x, -1, 1)), [-1, 0.5, 1]);
});
