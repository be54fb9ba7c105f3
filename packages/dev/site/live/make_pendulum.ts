/**
 * Trains the network that comes with the live page, and writes models/pendulum.safetensors:
 * `deno run -A packages/dev/site/live/make_pendulum.ts`.
 *
 * @module
 */
import { join } from "node:path";
import { key } from "@spikeloop/random";
import { pendulum, td3, trainer, writeCheckpoint } from "@spikeloop/training";
import { makeActor } from "./app/swing_up/make_actor.ts";
import { firstSettings } from "./app/swing_up/settings.ts";

const training = trainer({
  environment: pendulum,
  agent: td3({
    actor: makeActor(firstSettings),
    criticSizes: [64, 64],
    actorLearningRate: 5e-4,
    criticLearningRate: 1e-3,
  }),
  key: key(0),
  steps: 15_000,
  evaluate: { every: 500, episodes: 20 },
});
for (const event of training) {
  if (event.type === "evaluation") console.log(event.step, event.mean.toFixed(1));
}
const { best } = training;
if (best === undefined) throw new Error("The training had no evaluation");
const path = join(import.meta.dirname ?? "", "models/pendulum.safetensors");
await Deno.writeFile(path, writeCheckpoint(best));
console.log(`Mean return ${best.mean.toFixed(1)} after ${best.step} steps, in ${path}`);
