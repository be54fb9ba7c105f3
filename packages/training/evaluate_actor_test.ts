import { assertEquals, assertThrows } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { key } from "@spikeloop/random";
import { emptyStatistics, evaluateActor, pendulum } from "./mod.ts";

const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], actLimit: 2 });
const policy = { actor, params: actor.init(key(4)), statistics: emptyStatistics(3) };

Deno.test("episodes side by side return what they return alone", () => {
  const options = { environment: pendulum, ...policy, key: key(5) };
  const many = evaluateActor({ ...options, episodes: 4 });
  assertEquals(many.length, 4);
  assertEquals(evaluateActor({ ...options, episodes: 2 }), many.slice(0, 2));
  assertEquals(new Set(many).size, 4);
});

Deno.test("wrong options of an evaluation are refused by name", () => {
  const careless = (value: unknown) => value as never;
  const options = { ...policy, environment: pendulum, episodes: 1, key: key(0) };
  assertThrows(
    () => evaluateActor({ ...options, environment: careless(pendulum()) }),
    TypeError,
    "environment is a record, expected a function that makes one, such as pendulum",
  );
  assertThrows(() => evaluateActor(careless({ ...options, episode: 1 })), TypeError, '"episode"');
  assertThrows(() => evaluateActor({ ...options, episodes: -1 }), RangeError, "episodes is -1");
  const { actor: _, ...rest } = options;
  assertThrows(() => evaluateActor(careless(rest)), TypeError, "actor is missing, expected one");
});
