import * as fs from "node:fs";
import { join } from "node:path";
import { assertEquals } from "@std/assert";
import { takeRunConfig } from "./run_config.ts";
import { stepsDone } from "./seeds_progress.ts";

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
