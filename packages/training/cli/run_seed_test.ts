import { join } from "node:path";
import { assertEquals } from "@std/assert";
import { StopSignals } from "../files/stop_signals.ts";
import { readLog } from "./log.ts";
import { takeRunConfig } from "./run_config.ts";
import { runSeed } from "./run_seed.ts";

Deno.test("the progress of environments side by side ends at the last step", async () => {
  const { config } = takeRunConfig({
    env: "pendulum",
    steps: 20,
    environments: 3,
    actor: { hiddenSizes: [4], encPopDim: 2, decPopDim: 2, timeSteps: 2 },
    agent: { criticSizes: [4] },
    trainer: { startSteps: 12, updateAfter: 12, batchSize: 4 },
    evaluate: { every: 20, episodes: 1 },
  });
  const folder = Deno.makeTempDirSync();
  const stop = new StopSignals();
  const steps: number[] = [];
  try {
    const onProgress = ({ step }: { step: number }) => void steps.push(step);
    assertEquals(
      await runSeed({ folder, config, seed: 0 }, { resume: false, stop, onProgress }),
      20,
    );
    assertEquals(steps.at(-1), 20);
    // The log has the steps as they were.
    assertEquals(readLog(join(folder, "log.jsonl")).at(-1)?.step, 21);
  } finally {
    stop.close();
    Deno.removeSync(folder, { recursive: true });
  }
});
