import * as fs from "node:fs";
import { join } from "node:path";
import { assertEquals } from "@std/assert";
import { onGpu } from "@spikeloop/dev";
import { StopSignals } from "../files/stop_signals.ts";
import { readLog } from "./log.ts";
import { takeRunConfig } from "./run_config.ts";
import { runSeed } from "./run_seed.ts";

const actor = { hiddenSizes: [4], encPopDim: 2, decPopDim: 2, timeSteps: 2 };
const runs = {
  td3: {
    config: {
      agent: { criticSizes: [4] },
      trainer: { startSteps: 10, updateAfter: 10, updateEvery: 10, batchSize: 4, measureEvery: 1 },
    },
    updates: [20, 30, 40, 50, 60],
  },
  ppo: {
    config: {
      agent: { valueSizes: [4], rolloutSteps: 20, minibatchSize: 10, epochs: 1 },
      trainer: { measureEvery: 1 },
    },
    updates: [20, 40, 60],
  },
};

await onGpu("the command line", () => {
  for (const [algo, { config: parts, updates }] of Object.entries(runs)) {
    Deno.test(`a seed trains by ${algo} on the GPU, stops by a signal, and goes on from its folder`, async () => {
      const { config } = takeRunConfig({
        env: "pendulum",
        algo,
        steps: 60,
        device: "gpu",
        actor,
        evaluate: { every: 30, episodes: 1 },
        ...parts,
      });
      const folder = Deno.makeTempDirSync();
      const run = { folder, config, seed: 0 };
      const stop = new StopSignals();
      const onProgress = ({ step }: { step: number }) => {
        if (step === 30) stop.stop(143);
      };
      try {
        assertEquals(await runSeed(run, { resume: false, stop, onProgress }), 30);
        const more = { resume: true, stop: new StopSignals(), onProgress: () => {} };
        assertEquals(await runSeed(run, more), 60);
        more.stop.close();
        const logged = readLog(join(folder, "log.jsonl")).filter(({ type }) => type === "update");
        assertEquals(logged.map(({ step }) => step), updates);
        assertEquals(fs.existsSync(join(folder, "report.html")), true);
      } finally {
        stop.close();
        Deno.removeSync(folder, { recursive: true });
      }
    });
  }
});
