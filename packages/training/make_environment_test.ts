import { assertEquals, assertThrows } from "@std/assert";
import { key } from "@spikeloop/random";
import { type Tensor, tensor } from "@spikeloop/tensor";
import type { Environment } from "./environment.ts";
import { limit } from "./limit.ts";
import { type Dynamics, makeEnvironment } from "./make_environment.ts";
import { pendulum, pendulumDynamics } from "./environments/pendulum.ts";

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
  assertThrows(() => a.step([1, 2]), TypeError, "length 2, expected 1");
  assertThrows(() => a.step([NaN]), RangeError, "NaN");
  assertThrows(() => pendulum().step([0]), Error, "reset(key)");
});

Deno.test("limit() returns the nearest number of an interval", () => {
  assertEquals([-3, 0.5, 7].map((x) => limit(x, -1, 1)), [-1, 0.5, 1]);
});

/** A point on a line, whose observation is always the same array. */
function sharedPoint(options: Partial<Dynamics<number>> = {}): Environment {
  const shared = [0];
  return makeEnvironment<number>({
    name: "point",
    observationSpace: { low: [-Infinity], high: [Infinity] },
    actionSpace: { low: [-1], high: [2] },
    maxSteps: 5,
    start: () => 1,
    observe: (x) => {
      shared[0] = x;
      return shared;
    },
    // The action can be taken apart.
    advance: (x, [push]) => ({ state: x + push, reward: push, terminated: false }),
    ...options,
  });
}

const started = (options?: Partial<Dynamics<number>>) => {
  const env = sharedPoint(options);
  env.reset(key(0));
  return env;
};

Deno.test("makeEnvironment() limits actions to their space, whatever the dynamics do", () => {
  assertEquals(started().step([-5]).observation, [0]);
  assertEquals(started().step([9]).reward, 2);
  assertEquals(started().step([Infinity]).reward, 2);
  assertEquals(started({ limitsActions: true }).step([9]).reward, 9);
});

Deno.test("an observation stays as it was, where the dynamics reuse their array", () => {
  const env = sharedPoint();
  const first = env.reset(key(0));
  const second = env.step([1]).observation;
  env.step([1]);
  assertEquals([first, second], [[1], [2]]);
});

Deno.test("an action is an array of numbers or a typed array, all else is refused", () => {
  for (const action of [[1], Float32Array.of(1), Float64Array.of(1)]) {
    assertEquals(started().step(action).reward, 1);
  }
  const refuse = (action: unknown, kind: typeof TypeError | typeof RangeError, problem: string) =>
    assertThrows(() => started().step(action as never), kind, problem);
  refuse([undefined], TypeError, "component 0 of the action is missing, expected a number");
  refuse(new Array(1), TypeError, "component 0 of the action is missing");
  refuse([[0]], TypeError, "component 0 of the action is an array");
  refuse(["1"], TypeError, 'component 0 of the action is "1"');
  refuse([1n], TypeError, "component 0 of the action is 1");
  refuse([null], TypeError, "component 0 of the action is null");
  refuse([NaN], RangeError, "component 0 of the action is NaN");
  refuse([], TypeError, "length 0, expected 1");
  refuse(1, TypeError, "the action is 1");
  refuse(undefined, TypeError, "the action is missing");
  refuse({ length: 1, 0: 1 }, TypeError, "the action is a record");
});

Deno.test("dynamics may cut an episode themselves, and return no promises", async () => {
  const task = (parts: object) =>
    makeEnvironment<number>({
      name: "line",
      observationSpace: { low: [-9], high: [9] },
      actionSpace: { low: [-1], high: [1] },
      maxSteps: 10,
      start: () => 0,
      observe: (x) => [x],
      advance: (x) => ({ state: x + 1, reward: 1, terminated: false, truncated: x + 1 >= 2 }),
      ...parts,
    });
  const run = (parts: object) => {
    const env = task(parts);
    env.reset(key(0));
    return [env.step([0]), env.step([0])].map(({ terminated, truncated }) => [
      terminated,
      truncated,
    ]);
  };
  assertEquals(run({}), [[false, false], [false, true]]);
  const advance = () => ({ state: 0, reward: 1, terminated: false, truncated: 1 });
  assertThrows(() => run({ advance }), TypeError, "truncated is 1, expected true or false");
  const late = () => Promise.reject(new Error("late"));
  assertThrows(() => run({ start: late }), TypeError, "reset line: start returned a promise");
  assertThrows(() => run({ advance: late }), TypeError, "step line: advance returned a promise");
  await new Promise((resolve) => setTimeout(resolve)); // no rejection is left unheard
});

Deno.test("what the functions of dynamics return is checked", () => {
  const refuse = (options: object, kind: typeof TypeError | typeof RangeError, problem: string) =>
    assertThrows(() => started(options).step([1]), kind, problem);
  const advance = (part: object) => () => ({ state: 1, reward: 0, terminated: false, ...part });
  refuse({ advance: advance({ reward: NaN }) }, RangeError, "its reward is NaN");
  refuse({ advance: advance({ reward: "1" }) }, TypeError, 'its reward is "1"');
  refuse({ advance: advance({ terminated: undefined }) }, TypeError, "terminated is missing");
  refuse({ advance: () => undefined }, TypeError, "the result of advance is missing");
  refuse({ observe: () => [NaN] }, RangeError, "observation[0] is NaN");
  refuse({ observe: () => [1, 2] }, TypeError, "observation has length 2, expected 1");
  refuse({ observe: () => 1 }, TypeError, "its observation is 1");
  refuse({ step: () => 1 }, TypeError, '"step"');
  refuse({ maxSteps: 0 }, RangeError, "maxSteps is 0");
  refuse({ actionSpace: { low: [1], high: [-1] } }, RangeError, "expected low < high");
  refuse({ actionSpace: { low: [1, 2], high: [3] } }, TypeError, "low has length 2");
  refuse({ start: undefined }, TypeError, "start is missing");
});

Deno.test("an environment goes on from a snapshot, in another object too", () => {
  // The dynamics change their state in place.
  const make = () =>
    makeEnvironment<{ x: number }>({
      name: "cart",
      observationSpace: { low: [-9], high: [9] },
      actionSpace: { low: [-1], high: [1] },
      maxSteps: 4,
      start: () => ({ x: 0 }),
      observe: ({ x }) => [x],
      advance: (state, [push]) => {
        state.x += push;
        return { state, reward: 0, terminated: false };
      },
    });
  const [first, second] = [make(), make()];
  first.reset(key(0));
  first.step([1]);
  const snapshot = first.snapshot?.();
  first.step([1]);
  for (const env of [second, first]) {
    env.restore?.(snapshot);
    assertEquals(env.step([0.5]).observation, [1.5]);
    assertEquals([env.step([0]).truncated, env.step([0]).truncated], [false, true]);
  }
  // Between episodes there is nothing to go on with.
  second.restore?.(first.snapshot?.());
  assertThrows(() => second.step([0]), RangeError, "call reset(key) first");
  assertEquals(make().snapshot?.(), undefined);
  assertThrows(() => sharedPoint().restore?.(snapshot), TypeError, "expected one of point");
  assertThrows(() => first.restore?.({}), TypeError, "the snapshot is a record");
});

Deno.test("a snapshot copies arrays and records, and keeps tensors and objects of classes", () => {
  class Map2 {
    readonly size: number;
    constructor(size: number) {
      this.size = size;
    }
    at(x: number): number {
      return x % this.size;
    }
  }
  const make = () =>
    makeEnvironment<{ map: Map2; gain: Tensor; path: number[]; nested: { x: Float32Array } }>({
      name: "walk",
      observationSpace: { low: [-9], high: [9] },
      actionSpace: { low: [-1], high: [1] },
      maxSteps: 9,
      start: () => ({
        map: new Map2(5),
        gain: tensor(2),
        path: [],
        nested: { x: new Float32Array(1) },
      }),
      observe: ({ map, nested }) => [map.at(nested.x[0])],
      advance: (state, [push]) => {
        state.nested.x[0] += push * state.gain.item();
        state.path.push(push);
        return { state, reward: state.path.length, terminated: false };
      },
    });
  const [first, second] = [make(), make()];
  first.reset(key(0));
  first.step([1]);
  const snapshot = first.snapshot?.();
  first.step([1]);
  second.restore?.(snapshot);
  const { observation, reward } = second.step([0.5]);
  assertEquals([observation, reward], [[3], 2]);
});
