// A training that saves itself, for tests that kill it: `killed_training.ts <file> <steps>`. It
// prints the step of every event, and goes on from the file where there is one.
import { key } from "@spikeloop/random";
import { mlpActor, pendulum, td3, trainer, type TrainerOptions } from "../mod.ts";
import { writeFile } from "../files/mod.ts";
import type { Td3State } from "../td3_state.ts";

/** The steps between two checkpoints. */
export const interval = 20;

/** The options of the training. */
export function killedOptions(path: string, steps: number): TrainerOptions<Td3State> {
  const { observationSpace, actionSpace } = pendulum();
  const actor = mlpActor({ observationSpace, actionSpace, hiddenSizes: [4] });
  return {
    environment: pendulum,
    agent: td3({ actor, criticSizes: [4] }),
    key: key(0),
    steps,
    batchSize: 4,
    startSteps: 5,
    updateAfter: 5,
    checkpoint: { every: interval, write: (bytes) => writeFile(path, bytes) },
  };
}

if (import.meta.main) {
  const [path, steps] = Deno.args;
  const options = killedOptions(path, Number(steps));
  const file = await Deno.readFile(path).catch(() => undefined);
  const training = file === undefined ? trainer(options) : trainer.load(file, options);
  for (const { step } of training) Deno.stdout.writeSync(new TextEncoder().encode(`${step}\n`));
}
