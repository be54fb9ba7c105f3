// Every wrapper keeps the promises of the task inside: names, spaces, snapshots, promises.
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { Discrete } from "@spikeloop/actor";
import { key } from "@spikeloop/random";
import type { AsyncEnvironment, Environment } from "../environment.ts";
import { actionRepeat } from "./action_repeat.ts";
import { cartPole } from "./cart_pole.ts";
import { normalizeObservation } from "./normalize_observation.ts";
import { pendulum } from "./pendulum.ts";
import { rescaleAction } from "./rescale_action.ts";
import { distantPoint, point } from "./testing/point.ts";
import { timeLimit } from "./time_limit.ts";
import { vectorized } from "./vectorized.ts";
import type { VectorEnvironment } from "./vector_environment.ts";

const wrappers: Readonly<Record<string, (task: Environment) => Environment>> = {
  timeLimit: (task) => timeLimit(task, 5),
  actionRepeat: (task) => actionRepeat(task, 2),
  normalizeObservation: (task) => normalizeObservation(task),
  rescaleAction: (task) => rescaleAction(task),
  "all of them": (task) =>
    rescaleAction(normalizeObservation(actionRepeat(timeLimit(task, 12), 2)), 0, 1),
};
const moves = [-0.25, -0.75, 0.5, -0.5];

for (const [name, wrap] of Object.entries(wrappers)) {
  Deno.test(`${name} goes on from a snapshot, in another object too`, () => {
    const [first, second] = [wrap(point()), wrap(point())];
    first.reset(key(0));
    first.step([moves[0]]);
    const snapshot = structuredClone(first.snapshot?.());
    const expected = moves.map((move) => first.step([move]));
    second.restore?.(snapshot);
    assertEquals(moves.map((move) => second.step([move])), expected);
    assertEquals([first.name, first.observationSpace.low.length], ["point", 1]);
  });

  Deno.test(`${name} has the same results with promises`, async () => {
    const near = wrap(point());
    const far: AsyncEnvironment = wrap(distantPoint() as Environment);
    assertEquals(await far.reset(key(0)), near.reset(key(0)));
    for (const move of moves) assertEquals(await far.step([move]), near.step([move]));
    const copy: AsyncEnvironment = wrap(distantPoint() as Environment);
    await copy.restore?.(await far.snapshot?.());
    assertEquals(await copy.step([0]), near.step([0]));
  });

  Deno.test(`${name} frees what the task holds`, () => {
    let isFree = false;
    const task = { ...point(), [Symbol.dispose]: () => isFree = true };
    wrap(task)[Symbol.dispose]?.();
    assertEquals(isFree, true);
  });

  Deno.test(`${name} refuses what is no environment`, () => {
    assertThrows(() => wrap(3 as never), TypeError, "environment is 3");
  });
}

Deno.test("timeLimit() cuts an episode, and lengthens none", () => {
  const env = timeLimit(point(), 2);
  env.reset(key(0));
  assertEquals([env.step([0]).truncated, env.step([0]).truncated, env.maxSteps], [false, true, 2]);
  assertEquals(timeLimit(point(), 50).maxSteps, 10);
  assertThrows(() => timeLimit(point(), 0), RangeError, "steps is 0");
});

Deno.test("actionRepeat() sums rewards, and stops where the task ends", () => {
  const env = actionRepeat(point(), 3);
  const [place] = env.reset(key(0));
  assertAlmostEquals(env.step([1]).reward, 3 * place + 1 + 2 + 3, 1e-12);
  const last = env.step([4]); // from 3 to 7 to 11
  assertAlmostEquals(last.reward, 2 * place + 7 + 11, 1e-12);
  assertEquals([last.terminated, env.maxSteps], [true, 4]);
});

Deno.test("actionRepeat() cuts an episode after the steps of the task", () => {
  const env = actionRepeat(point(), 3);
  env.reset(key(0));
  assertEquals([0, 0, 0, 0].map((x) => env.step([x]).truncated), [false, false, false, true]);
});

Deno.test("rescaleAction() maps the ends to the ends of the task, asymmetric ones too", () => {
  const pushes = [-1, 0, 1, 7].map((move) => {
    const env = rescaleAction(point());
    const [place] = env.reset(key(0));
    return Math.round(env.step([move]).observation[0] - place);
  });
  assertEquals(pushes, [-2, 2, 6, 6]);
  assertEquals(rescaleAction(point(), 0, 3).actionSpace, { low: [0], high: [3] });
  assertThrows(() => rescaleAction(point(), 1, 1), RangeError, "high is 1");
  assertThrows(() => rescaleAction(cartPole() as never), TypeError, "discrete actions");
  const endless = { ...point(), actionSpace: { low: [-Infinity], high: [1] } };
  assertThrows(() => rescaleAction(endless), RangeError, "actionSpace.low[0] is -Infinity");
});

Deno.test("normalizeObservation() scales by the statistics of all observations so far", () => {
  const env = normalizeObservation(point());
  env.reset(key(0));
  const places = [1, 2, -1].map((push) => env.step([push]).observation[0]);
  const { mean, variance, count } = env.statistics;
  // The start, and what the three pushes made of it.
  assertAlmostEquals(
    variance[0],
    [0, 1, 3, 2].map((x) => (x - 1.5) ** 2 / 4).reduce((a, b) => a + b),
    1e-6,
  );
  assertAlmostEquals(count, 4, 1e-6);
  assertAlmostEquals(places[2], 0.5 / Math.sqrt(variance[0]), 1e-6);
  const still = normalizeObservation(point(), { statistics: env.statistics, update: false });
  const [first] = still.reset(key(0));
  assertAlmostEquals(first, -1.5 / Math.sqrt(variance[0]), 1e-6);
  assertEquals(still.statistics, env.statistics);
  assertEquals(mean, env.statistics.mean);
  assertThrows(
    () => normalizeObservation(point(), { statistics: { mean, variance: mean, count: -1 } }),
    RangeError,
    "count",
  );
});

Deno.test("normalizeObservation() refuses to do nothing", () => {
  const problem = "statistics are missing, so that nothing would be normalized";
  assertThrows(() => normalizeObservation(point(), { update: false }), TypeError, problem);
});

Deno.test("wrappers around normalizeObservation() keep its statistics, those of now", () => {
  const env = timeLimit(rescaleAction(actionRepeat(normalizeObservation(point()), 2)), 5);
  assertEquals(Math.round(env.statistics.count), 0);
  env.reset(key(0));
  env.step([0.1]);
  assertAlmostEquals(env.statistics.count, 3, 1e-6);
  const { statistics } = normalizeObservation(env);
  assertEquals(Math.round(statistics.count), 0); // its own
  assertEquals("statistics" in timeLimit(point(), 5), false);
});

Deno.test("normalizeObservation() keeps its statistics in a snapshot between episodes", () => {
  const env = normalizeObservation(point());
  env.reset(key(0));
  while (!env.step([6]).terminated);
  const other = normalizeObservation(point());
  other.restore?.(env.snapshot?.());
  assertEquals(other.statistics, env.statistics);
  assertEquals(other.reset(key(1)), env.reset(key(1)));
});

Deno.test("wrappers keep the types of actions and observations, and promises only where they are", () => {
  const pole: Environment<Discrete, readonly number[]> = timeLimit(actionRepeat(cartPole(), 2), 9);
  assertEquals(pole.maxSteps, 9);
  const arm = rescaleAction(normalizeObservation(pendulum()));
  const [cosine]: readonly number[] = arm.reset(key(0));
  assertEquals(Math.abs(cosine) <= 3, true);
  const later: AsyncEnvironment = timeLimit(pendulum() as AsyncEnvironment, 9);
  // @ts-expect-error: it may return promises
  const atOnce: Environment = timeLimit(later, 9);
  assertEquals(atOnce.maxSteps, 9);
  // @ts-expect-error: choices are not scaled
  assertThrows(() => rescaleAction(cartPole()), TypeError, "discrete");
  const { reset }: VectorEnvironment<Discrete> = vectorized(cartPole, 2);
  assertEquals(reset(key(0)).length, 2);
});
