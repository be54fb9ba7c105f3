import { assertEquals } from "@std/assert";
import * as facade from "@spikeloop/spikeloop";
import { codeText } from "./code_text.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Fingerprint } from "./learner_messages.ts";
import { LearnerRun } from "./learner_run.ts";
import {
  connectionNames,
  firstSettings,
  neuronNames,
  type Settings,
  surrogateNames,
} from "./settings.ts";

/** Runs the code for 500 steps, and returns the hash of the weights. */
function runCode(settings: Settings): string {
  const [, names, body] =
    /^import \{(.*)\} from "@spikeloop\/spikeloop";\n([^]*)$/.exec(codeText(settings)) ?? [];
  const script = body.replace("10_000", "500").replace(": typeof inner.step", "");
  const quiet = { log: () => {} };
  const bytes = new Function(
    "facade",
    "console",
    `const {${names}} = facade;${script}return file;`,
  )(
    facade,
    quiet,
  );
  return fingerprint(facade.readPolicy(bytes).params);
}

async function runPage(settings: Settings): Promise<string> {
  const run = new LearnerRun(settings);
  for (let all: readonly Fingerprint[] = [];; all = run.report().fingerprints) {
    if (all.length > 0) return all[0].hash;
    await run.advance(5);
  }
}

Deno.test("the code that the page shows does the run of the page, with every choice", async () => {
  const count = Math.max(connectionNames.length, neuronNames.length, surrogateNames.length);
  for (let i = 1; i < count; i += 2) {
    const settings: Settings = {
      ...firstSettings,
      timeSteps: 2,
      hiddenSizes: [4],
      connection: connectionNames[i % connectionNames.length],
      neuron: neuronNames[i % neuronNames.length],
      surrogate: surrogateNames[i % surrogateNames.length],
      alpha: 0.5 + i,
      learningRate: 0.0013,
    };
    assertEquals(runCode(settings), await runPage(settings));
  }
});
