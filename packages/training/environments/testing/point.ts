// A small task of tests, at once and with promises.
import type { Box } from "@spikeloop/actor";
import { uniform } from "@spikeloop/random";
import type { AsyncEnvironment, Environment } from "../../environment.ts";
import { makeEnvironment } from "../../make_environment.ts";

/** A point on a line: a push in [-2, 6] moves it, its place is the reward, and it ends beyond 9. */
export function point(): Environment<Box, readonly [place: number]> {
  return makeEnvironment<number, Box, [place: number]>({
    name: "point",
    observationSpace: { low: [-Infinity], high: [Infinity] },
    actionSpace: { low: [-2], high: [6] },
    maxSteps: 10,
    start: (key) => uniform(key, []).item(),
    observe: (x) => [x],
    advance: (x, [push]) => ({ state: x + push, reward: x + push, terminated: x + push > 9 }),
  });
}

/** The same task as if it were far away. */
export function distantPoint(): AsyncEnvironment<Box, readonly [place: number]> {
  const task = point();
  const later = <T>(value: T) => Promise.resolve(value);
  return {
    ...task,
    reset: (key) => later(task.reset(key)),
    step: (action) => later(task.step(action)),
    snapshot: () => later(task.snapshot?.()),
    restore: (snapshot) => later(task.restore?.(snapshot)),
  };
}
