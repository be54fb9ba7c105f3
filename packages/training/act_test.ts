import { assertEquals, assertThrows } from "@std/assert";
import { ilcSan, mlpActor } from "@spikeloop/actor";
import { key, uniform } from "@spikeloop/random";
import { act, actWithSpikes, emptyStatistics } from "./mod.ts";

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
  assertThrows(
    () => act(policy, [1, 2]),
    TypeError,
    "observations.length is 2, expected a multiple of 3",
  );
  const others = { ...policy, statistics: emptyStatistics(2) };
  assertThrows(() => act(others, [1, 2, 3]), TypeError, "statistics have length 2");
});

Deno.test("actWithSpikes() acts as act() does, and shows the spikes of every layer", () => {
  const observations = [0.5, -1, 2, 0, 0, 0];
  const { action, encoded, spikes, membrane } = actWithSpikes(policy, observations);
  assertEquals(action.dataSync(), act(policy, observations));
  assertEquals([encoded, ...spikes, membrane].map(({ shape }) => shape), [
    [5, 2, 30],
    [5, 2, 8],
    [5, 2, 20],
    [5, 2, 20],
  ]);
  const perceptron = mlpActor({ obsDim: 3, actDim: 1, actLimit: 2, hiddenSizes: [4] });
  const other = { ...policy, actor: perceptron, params: perceptron.init(key(0)) };
  assertThrows(() => actWithSpikes(other, [1, 2, 3]), TypeError, "kind is mlp, expected one of");
});

Deno.test("act() limits observations as the statistics say", () => {
  const actions = [undefined, 3, 30].map((
    clipLimit,
  ) => [...act({ ...policy, statistics: { ...policy.statistics, clipLimit } }, [2.5, -25, 25])]);
  assertEquals(actions[0], actions[1]);
  assertEquals(actions[0].join() === actions[2].join(), false);
});

Deno.test("an action alone has the bits that it has beside others", () => {
  const observations = uniform(key(5), [30, 3], { min: -2, max: 2 }).dataSync();
  const modes = ["last-mem", "max-mem", "max-abs-mem", "mean-mem", "fr-mlp"] as const;
  for (const actDim of [1, 2]) {
    for (const decode of modes) {
      for (const timeSteps of [1, 5, 20]) {
        const one = ilcSan({ obsDim: 3, actDim, hiddenSizes: [16], decode, timeSteps });
        const own = { actor: one, params: one.init(key(1)), statistics: emptyStatistics(3) };
        const together = act(own, observations);
        for (let i = 0; i < 30; i++) {
          const alone = act(own, observations.subarray(3 * i, 3 * i + 3));
          const row = together.subarray(actDim * i, actDim * (i + 1));
          assertEquals(alone, row.slice(), `${decode}, ${actDim} numbers, ${timeSteps} steps`);
        }
      }
    }
  }
});

Deno.test("act() refuses parts that are missing, and statistics that cannot be", () => {
  const careless = (value: unknown) => value as never;
  const { statistics: _, ...rest } = policy;
  assertThrows(() => act(careless(undefined), [1, 2, 3]), TypeError, "the policy is missing");
  assertThrows(() => act(careless(rest), [1, 2, 3]), TypeError, "statistics is missing");
  assertThrows(() => act(policy, careless(undefined)), TypeError, "observations is missing");
  assertThrows(() => act(policy, [1, NaN, 3]), RangeError, "observations[1] is NaN");
  const statistics = { ...policy.statistics, variance: Float32Array.of(1, -1, 1) };
  assertThrows(() => act({ ...policy, statistics }, [1, 2, 3]), RangeError, "variance[1] is -1");
});
