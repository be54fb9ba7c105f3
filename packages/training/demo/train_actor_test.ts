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
  trainActor({ environment: point, key: key(0), steps: 20, onStep: () => "go on", ...options });

Deno.test("trainActor() reports every step and records returns and a last test", async () => {
  const steps: number[] = [];
  const result = await train({
    onStep: (step) => {
      steps.push(step);
      return "go on";
    },
  });
  assertEquals(steps, Array.from({ length: 20 }, (_, i) => i + 1));
  assertEquals(result.curve.episodes.map(([step]) => step), [5, 10, 15, 20]);
  assertEquals(result.curve.tests.map(([step]) => step), [20]);
  assertEquals(result.steps, 20);
  assertEquals(result.actor.options.actLimit, 1);
});

Deno.test("trainActor() stops when asked, with the latest actor if there was no test", async () => {
  const result = await train({ onStep: (step) => step === 7 ? "stop" : "go on" });
  assertEquals([result.steps, result.curve.tests], [7, []]);
  assertEquals(Object.keys(result.best.params), Object.keys(result.initial.params));
});
