import * as fs from "node:fs";
import { join } from "node:path";
import { assertEquals } from "@std/assert";
import { takeRunConfig } from "./run_config.ts";
import { resultOf, stepsDone } from "./seeds_progress.ts";

Deno.test("a run that has lost its state has done no step, whatever its log says", () => {
  const folder = Deno.makeTempDirSync();
  const { config } = takeRunConfig({ env: "pendulum", steps: 2000 });
  const run = { folder, config, seed: 0 };
  assertEquals(stepsDone(run), 0);
  fs.writeFileSync(join(folder, "log.jsonl"), '{"type":"checkpoint","step":70,"seconds":1}\n');
  assertEquals(stepsDone(run), 0);
  fs.writeFileSync(join(folder, "state.safetensors"), "");
  assertEquals(stepsDone(run), 70);
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("a run ends with its best and its last evaluation", () => {
  const folder = Deno.makeTempDirSync();
  const { config } = takeRunConfig({ env: "pendulum", steps: 2000 });
  const run = { folder, config, seed: 4 };
  assertEquals(resultOf(run), "");
  const evaluation = (step: number, mean: number) =>
    `${
      JSON.stringify({ type: "evaluation", step, returns: [mean], mean, isBest: true, seconds: 1 })
    }\n`;
  const checkpoint = '{"type":"checkpoint","step":70,"seconds":1}\n';
  const lines = [evaluation(500, -150.4), evaluation(1000, -150.4), checkpoint];
  fs.writeFileSync(join(folder, "log.jsonl"), [...lines, evaluation(1500, -9)].join(""));
  const expected = "  seed 4: best evaluation −9.0 at step 1500, last −9.0 at step 1500\n";
  assertEquals(resultOf(run), expected);
  fs.writeFileSync(join(folder, "log.jsonl"), [...lines, evaluation(1500, -900)].join(""));
  const other = "  seed 4: best evaluation −150 at step 1000, last −900 at step 1500\n";
  assertEquals(resultOf(run), other);
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("environments side by side that go beyond the last step have done all steps", () => {
  const folder = Deno.makeTempDirSync();
  const { config } = takeRunConfig({ env: "pendulum", steps: 100, environments: 3 });
  fs.writeFileSync(join(folder, "log.jsonl"), '{"type":"checkpoint","step":102,"seconds":1}\n');
  fs.writeFileSync(join(folder, "state.safetensors"), "");
  assertEquals(stepsDone({ folder, config, seed: 0 }), 100);
  Deno.removeSync(folder, { recursive: true });
});
