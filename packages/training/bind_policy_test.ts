import { assertEquals, assertThrows } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { key, uniform } from "@spikeloop/random";
import { act, bindPolicy } from "./mod.ts";

const actor = ilcSan({ obsDim: 3, actDim: 2, hiddenSizes: [8], actLimit: 2 });
const statistics = {
  mean: Float32Array.of(1, 2, 3),
  variance: Float32Array.of(4, 0.5, 100),
  count: 10,
  clipLimit: 2,
};
const policy = { actor, params: actor.init(key(0)), statistics };

Deno.test("a bound policy acts on raw observations with the bits of act()", () => {
  const bound = bindPolicy(policy);
  const into = new Float32Array(2);
  for (let i = 0; i < 20; i++) {
    const observation = uniform(key(i), [3], { min: -9, max: 9 }).dataSync();
    assertEquals(bound.act(observation, into), act(policy, observation));
  }
  statistics.mean.fill(50);
  const observation = [1, 2, 3];
  const before = actor.bind(policy.params).act([0, 0, 0]);
  assertEquals(bound.act(observation), before); // as it was when it was bound
  assertEquals(bound.outputs(observation).length, actor.head.outputs);
});

Deno.test("a bound policy refuses observations that are none", () => {
  const bound = bindPolicy(policy);
  assertThrows(() => bound.act([1, 2]), TypeError, "observation has length 2, expected 3");
  assertThrows(() => bound.act([1, NaN, 3]), RangeError, "observation[1] is NaN");
  assertThrows(() => bindPolicy({} as never), TypeError, "Cannot bind a policy: actor is missing");
});
