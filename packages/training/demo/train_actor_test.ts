import { assertEquals } from "@std/assert";
import { key, uniform } from "@spikeloop/random";
import { makeEnvironment } from "../make_environment.ts";
import { trainActor, type TrainActorOptions } from "./train_actor.ts";

const point = () =>
  makeEnvironment<number>({
    name: "point",
    observationSpace: { low: [-2], high: [2] },
    actionSpace: { low: [-1], high: [1] },
    maxSteps: 5,
    start: (k) => uniform(k, [], { min: -1, max: 1 }).item(),
    observe: (x) => [x],
    advance: (x, push) => ({ state: x + push[0], reward: -Math.abs(x), terminated: false }),
  });

const train = (options: Partial<TrainActorOptions> = {}) =>
  trainActor({ environment: point, key: key(0), steps: 20, ...options });

Deno.test("trainActor() reports its progress and records returns and a last test", async () => {
  const ends: number[] = [];
  const result = await train({
    onProgress: (step, episodeReturn) => {
      if (episodeReturn !== undefined) ends.push(step);
    },
  });
  assertEquals(ends, [5, 10, 15, 20]);
  assertEquals(result.curve.episodes.map(([step]) => step), [5, 10, 15, 20]);
  assertEquals(result.curve.tests.map(([step]) => step), [20]);
  assertEquals(result.steps, 20);
  assertEquals(result.actor.options.actLimit, 1);
});

Deno.test("trainActor() stops when asked, with the latest actor if there was no test", async () => {
  const controller = new AbortController();
  const result = await train({
    signal: controller.signal,
    onProgress: (step) => step === 10 && controller.abort(),
  });
  assertEquals([result.steps, result.curve.tests], [10, []]);
  assertEquals(Object.keys(result.best.params), Object.keys(result.initial.params));
});
