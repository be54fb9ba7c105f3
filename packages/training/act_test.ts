import { assertEquals, assertThrows } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { key } from "@spikeloop/random";
import { act, emptyStatistics } from "./mod.ts";

const actor = ilcSan({ obsDim: 3, actDim: 2, hiddenSizes: [8], actLimit: 2 });
const policy = { actor, params: actor.init(key(0)), statistics: emptyStatistics(3) };

Deno.test("act() normalizes observations and limits them to 3 on both sides", () => {
  const statistics = {
    mean: Float32Array.of(1, 2, 3),
    variance: Float32Array.of(4, 4, 4),
    count: 10,
  };
  const actions = act({ ...policy, statistics }, [1, 102, -1000]);
  assertEquals(actions.length, 2);
  assertEquals(actions, act({ ...policy, statistics }, [1, 50, -50]));
});

Deno.test("act() refuses parts of observations, and statistics of another length", () => {
  assertThrows(() => act(policy, [1, 2]), TypeError, "2 numbers: expected observations of 3");
  const others = { ...policy, statistics: emptyStatistics(2) };
  assertThrows(() => act(others, [1, 2, 3]), TypeError, "statistics are of 2 numbers");
});
