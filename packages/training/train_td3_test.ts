import { assertEquals, assertThrows } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { key } from "@spikeloop/random";
import {
  mountainCarContinuous,
  pendulum,
  td3,
  type TrainOptions,
  type TrainProgress,
  trainTd3,
} from "./mod.ts";

const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], actLimit: 2 });
const agent = td3({ actor, criticSizes: [8] });

function train(options: Partial<TrainOptions>): TrainProgress[] {
  const defaults = { environment: pendulum(), agent, key: key(0), steps: 260, batchSize: 10 };
  return [...trainTd3({ ...defaults, startSteps: 20, updateAfter: 230, ...options })];
}

const weights = ({ state }: TrainProgress) =>
  state.networks.actor["snn.hidden_layers.Linear0.weight"].dataSync();

Deno.test("the same key trains to the same bits, another key to others", () => {
  const [a, b, c] = [0, 0, 1].map((seed) => weights(train({ key: key(seed) })[259]));
  assertEquals(a, b);
  assertEquals(a.some((x, i) => x !== c[i]), true);
});

Deno.test("every step is reported, with a return where an episode ends", () => {
  const progress = train({});
  assertEquals(progress.map((p) => p.step), Array.from({ length: 260 }, (_, i) => i + 1));
  const ends = progress.filter((p) => p.episodeReturn !== undefined).map((p) => p.step);
  assertEquals(ends, [200]);
});

Deno.test("updates begin after updateAfter steps, and come in bursts of updateEvery", () => {
  const changes = (options: Partial<TrainOptions>) => {
    const progress = train(options);
    return progress.slice(1).filter((p, i) => p.state !== progress[i].state).map((p) => p.step);
  };
  assertEquals(changes({ updateAfter: 257 }), [258, 259, 260]);
  assertEquals(changes({ updateAfter: 230, updateEvery: 20 }), [240, 260]);
});

Deno.test("training continues from networks that it is given", () => {
  const first = train({}).at(-1);
  const next = train({ state: first?.state, updateAfter: 260 });
  assertEquals(next[0].state === first?.state, true);
});

Deno.test("wrong options of training are refused by name", () => {
  const environment = mountainCarContinuous();
  assertThrows(() => train({ environment }), TypeError, "2 observations and 1 actions");
  assertThrows(() => train({ steps: 1.5 }), RangeError, "steps is 1.5");
  assertThrows(() => train({ updateEvery: 0 }), RangeError, "updateEvery is 0");
  assertThrows(() => train({ actNoise: NaN }), RangeError, "actNoise is NaN");
  const careless = (value: unknown) => value as never;
  assertThrows(() => train(careless({ step: 3 })), TypeError, "did you mean steps?");
  assertThrows(
    () => train({ environment: careless(pendulum) }),
    TypeError,
    "environment is a function (pendulum), expected one such as pendulum()",
  );
  assertThrows(() => train({ agent: careless(actor) }), TypeError, "make it with td3({ actor })");
});
