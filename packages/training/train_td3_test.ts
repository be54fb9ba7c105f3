import { assertEquals, assertThrows } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { key } from "@spikeloop/random";
import {
  act,
  emptyStatistics,
  evaluateActor,
  mountainCarContinuous,
  pendulum,
  td3,
  type TrainOptions,
  type TrainProgress,
  trainTd3,
} from "./mod.ts";

const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], actLimit: 2 });
const agent = td3({ actor, criticSizes: [8] });

function trained(options: Partial<TrainOptions>): TrainProgress[] {
  const usual = { environment: pendulum(), agent, key: key(0), steps: 260, batchSize: 10 };
  return [...trainTd3({ ...usual, startSteps: 20, updateAfter: 230, ...options })];
}

const weights = ({ state }: TrainProgress) =>
  state.networks.actor["snn.hidden_layers.Linear0.weight"].dataSync();

Deno.test("the same key trains to the same bits, another one to others", () => {
  const [a, b, c] = [0, 0, 1].map((seed) => weights(trained({ key: key(seed) })[259]));
  assertEquals(a, b);
  assertEquals(a.some((x, i) => x !== c[i]), true);
});

Deno.test("every step is reported, and returns where episodes end", () => {
  const courses = trained({});
  assertEquals(courses.map((p) => p.step), Array.from({ length: 260 }, (_, i) => i + 1));
  const ends = courses.filter((p) => p.episodeReturn !== undefined).map((p) => p.step);
  assertEquals(ends, [200]);
});

Deno.test("updates begin where they shall, in bursts if wanted", () => {
  const changes = (options: Partial<TrainOptions>) => {
    const courses = trained(options);
    return courses.slice(1).filter((p, i) => p.state !== courses[i].state).map((p) => p.step);
  };
  assertEquals(changes({ updateAfter: 257 }), [258, 259, 260]);
  assertEquals(changes({ updateAfter: 230, updateEvery: 20 }), [240, 260]);
});

Deno.test("training goes on from given networks", () => {
  const first = trained({}).at(-1);
  const next = trained({ state: first?.state, updateAfter: 260 });
  assertEquals(next[0].state === first?.state, true);
});

Deno.test("episodes side by side return what they return alone", () => {
  const policy = { actor, params: actor.init(key(4)), statistics: emptyStatistics(3) };
  const options = { environment: pendulum, ...policy, key: key(5) };
  const many = evaluateActor({ ...options, episodes: 4 });
  assertEquals(many.length, 4);
  assertEquals(evaluateActor({ ...options, episodes: 2 }), many.slice(0, 2));
  assertEquals(new Set(many).size, 4);
});

Deno.test("wrong arguments are refused by name", () => {
  const environment = mountainCarContinuous();
  assertThrows(() => trained({ environment }), TypeError, "2 observations and 1 actions");
  assertThrows(() => trained({ steps: 1.5 }), RangeError, "steps is 1.5");
  assertThrows(() => trained({ updateEvery: 0 }), RangeError, "updateEvery is 0");
  assertThrows(() => trained({ actNoise: NaN }), RangeError, "actNoise is NaN");
  const policy = { actor, params: actor.init(key(0)), statistics: emptyStatistics(3) };
  assertThrows(() => act(policy, [1, 2]), TypeError, "2 numbers: expected observations of 3");
  const others = { ...policy, statistics: emptyStatistics(2) };
  assertThrows(() => act(others, [1, 2, 3]), TypeError, "statistics are of 2 numbers");
  const careless = (value: unknown) => value as never;
  assertThrows(() => trained(careless({ step: 3 })), TypeError, "did you mean steps?");
  assertThrows(
    () => trained({ environment: careless(pendulum) }),
    TypeError,
    "environment is a function (pendulum), expected one such as pendulum()",
  );
  assertThrows(() => trained({ agent: careless(actor) }), TypeError, "make it with td3({ actor })");
  const test = { ...policy, environment: pendulum, episodes: 1, key: key(0) };
  assertThrows(
    () => evaluateActor({ ...test, environment: careless(pendulum()) }),
    TypeError,
    "environment is a record, expected a function that makes one, such as pendulum",
  );
  assertThrows(() => evaluateActor(careless({ ...test, episode: 1 })), TypeError, '"episode"');
});
