import { assertAlmostEquals, assertEquals, assertStrictEquals } from "@std/assert";
import { evaluate, type Expr } from "@spikeloop/expr";
import { leaky, slopes } from "@spikeloop/dev/testing";
import { scanPullback } from "./scan_pullback.ts";

/** A smooth unit, so that finite differences exist. */
const kernel = leaky(slopes.rational, true);

Deno.test("the pullback of a step agrees with finite differences", () => {
  const at = { x: 0.3, v: 0.2, threshold: 0.4, decay: 0.7, rest: -0.1 };
  const cotangents = { "g.out": 0.6, "g.v": -1.1 };
  const value = (slots: Record<string, number>) =>
    cotangents["g.out"] * evaluate(kernel.out, slots) +
    cotangents["g.v"] * evaluate(kernel.next[0], slots);
  const { x, states, params } = scanPullback(kernel);
  const names = ["x", ...kernel.states, ...kernel.params];
  [x, ...states, ...params].forEach((gradient: Expr | undefined, i) => {
    const h = 0.02;
    const move = (by: number) => value({ ...at, [names[i]]: at[names[i] as keyof typeof at] + by });
    const got = gradient === undefined ? 0 : evaluate(gradient, { ...at, ...cotangents });
    assertAlmostEquals(got, (move(h) - move(-h)) / (2 * h), 1e-3, names[i]);
  });
});

Deno.test("a pullback is derived once per kernel, and has an entry per state and parameter", () => {
  const pullback = scanPullback(kernel);
  assertStrictEquals(scanPullback(kernel), pullback);
  assertEquals([pullback.states.length, pullback.params.length], [1, 3]);
});
