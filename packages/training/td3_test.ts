import { assertEquals, assertThrows } from "@std/assert";
import { key } from "@spikeloop/random";
import { evaluator } from "@spikeloop/backend/evaluator";
import { cpu } from "@spikeloop/cpu";
import { tensor, zeros } from "@spikeloop/tensor";
import { goldenAgent, td3Suite } from "./testing/td3_suite.ts";

for (const backend of [evaluator, cpu]) td3Suite(backend);

const agent = goldenAgent();
const { actor } = agent.options;
const { obsDim, actDim } = actor.options;

Deno.test("an update depends on its arguments alone, and changes none of them", () => {
  const state = agent.init(key(1));
  const before = state.networks.actor["encoder.mean"].dataSync();
  const rows = (n: number, seed: number) =>
    tensor(
      Float32Array.from({ length: 8 * n }, (_, i) => Math.sin(i + seed)),
      n === 1 ? [8] : [8, n],
    );
  const batch = {
    observation: rows(3, 0),
    action: rows(2, 1),
    reward: rows(1, 2),
    nextObservation: rows(3, 3),
    done: tensor(new Float32Array(8), [8]),
  };
  const run = () =>
    agent.update(state, batch, { timer: 0, key: key(5) })[0].networks.actor["encoder.mean"]
      .dataSync();
  assertEquals(run(), run());
  assertEquals(state.networks.actor["encoder.mean"].dataSync(), before);
});

Deno.test("a batch of wrong shapes is refused by name", () => {
  const batch = {
    observation: zeros([4, obsDim]),
    action: zeros([4, actDim]),
    reward: zeros([4, 1]),
    nextObservation: zeros([4, obsDim]),
    done: zeros([4]),
  };
  const options = { timer: 0, key: key(0) };
  assertThrows(
    () => agent.update(agent.init(key(0)), batch, options),
    TypeError,
    "its reward has shape [4, 1], expected [4]",
  );
});
