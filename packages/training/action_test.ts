// The types of actions. The type check of the gate reads this file too.
import { assertEquals } from "@std/assert";
import { key } from "@spikeloop/random";
import {
  type Action,
  type AsyncEnvironment,
  type Discrete,
  discrete,
  type Dynamics,
  type Environment,
  makeEnvironment,
  type Space,
} from "./mod.ts";

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

Deno.test("a discrete action is a number, and observations may be tuples", () => {
  const lift = makeEnvironment({
    name: "lift",
    observationSpace: { low: [0, 0], high: [9, 1] },
    actionSpace: discrete(2),
    maxSteps: 3,
    start: () => 0,
    observe: (floor): [floor: number, door: number] => [floor, 0],
    advance: (floor, choice) => ({
      state: floor + choice.valueOf(),
      reward: 0,
      terminated: false,
    }),
  });
  const [floor, door] = lift.reset(key(0));
  assertEquals([floor.valueOf(), door.valueOf()], [0, 0]);
  assertEquals(lift.step(1).observation, [1, 0]);
  // @ts-expect-error An action is a number.
  const careless = () => lift.step([1]);
  // @ts-expect-error An observation has two numbers.
  const [, , third] = lift.step(1).observation;
  const general: [Environment<Space>, AsyncEnvironment<Space>, Environment<Discrete>] = [
    lift,
    lift,
    lift,
  ];
  // @ts-expect-error A choice is no action in a box.
  const inBox: Environment = lift;
  assertEquals([typeof careless, third, general.length, inBox.name], [
    "function",
    undefined,
    3,
    "lift",
  ]);
});
