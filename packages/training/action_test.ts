// The types of actions. The type check of the gate reads this file too.
import { assertEquals } from "@std/assert";
import { key } from "@spikeloop/random";
import { type Action, type Dynamics, makeEnvironment } from "./mod.ts";

const task: Dynamics<number> = {
  name: "boat",
  observationSpace: { low: [-9], high: [9] },
  actionSpace: { low: [-1], high: [1] },
  maxSteps: 3,
  start: () => 0,
  observe: (x) => [x],
  // A number, not one that may be undefined.
  advance: (x, [thrust]) => ({ state: x + thrust.valueOf(), reward: 0, terminated: false }),
};

Deno.test("an action is taken apart into numbers, one or more", () => {
  const boat = makeEnvironment(task);
  boat.reset(key(0));
  assertEquals(boat.step([0.5]).observation, [0.5]);
  const twin = makeEnvironment<number>({
    ...task,
    actionSpace: { low: [-1, -1], high: [1, 1] },
    advance: (x, [left, right]: [number, number]) => ({
      state: x + left - right,
      reward: 0,
      terminated: false,
    }),
  });
  twin.reset(key(0));
  assertEquals(twin.step([0.5, 0.25]).observation, [0.25]);
});

Deno.test("the types refuse actions that are none", () => {
  // @ts-expect-error An action has at least one number, so that its first is never undefined.
  const none: Action = [];
  // @ts-expect-error A component is a number.
  const text: Action = ["0.5"];
  const careless: Dynamics<number> = {
    ...task,
    // @ts-expect-error A component is no text.
    advance: (x, [thrust]: [string]) => ({
      state: x + thrust.length,
      reward: 0,
      terminated: false,
    }),
  };
  assertEquals([none.length, text.length, typeof careless.advance], [0, 1, "function"]);
});
