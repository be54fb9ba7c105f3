import { existsSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";
import { testUnless } from "@spikeloop/dev";
import { trials } from "@spikeloop/dev/testing";
import { key, split, uniform } from "@spikeloop/random";
import { interval, killedOptions } from "../testing/killed_training.ts";
import { trainer } from "../mod.ts";

const program = new URL("../testing/killed_training.ts", import.meta.url).href;

/** Starts the program, kills it after so many events and a while, and returns the last step. */
async function runAndKill(path: string, steps: number, events: number, ms: number) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "-A", program, path, `${steps}`],
    stdout: "piped",
  }).spawn();
  let text = "";
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const read = async (isEnough: () => boolean) => {
    while (!isEnough()) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
    }
  };
  await read(() => text.split("\n").length > events);
  await new Promise((resolve) => setTimeout(resolve, ms));
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended.
  }
  await read(() => false);
  await child.status;
  return Number(text.slice(0, text.lastIndexOf("\n")).split("\n").at(-1));
}

testUnless(
  Deno.build.os === "windows" ? "Windows cannot send signals to a process" : undefined,
  "a training that is killed again and again loses one interval at most, and no bit",
  async () => {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/state.safetensors`;
    const kills = trials(3, 40);
    const steps = 60 * kills;
    const options = killedOptions(path, steps);
    let last = 0;
    const saved = (seen: number) =>
      seen <= interval && !existsSync(path)
        ? 0
        : trainer.load(Deno.readFileSync(path), options).step;
    for (const [i, k] of split(key(1), kills).entries()) {
      const [events, ms] = uniform(k, [2]).dataSync();
      const seen = await runAndKill(path, steps, 1 + Math.floor(40 * events), 30 * ms);
      const step = saved(seen);
      assert(step >= last && step >= seen - interval, `kill ${i}: ${seen} steps, ${step} saved`);
      last = step;
    }
    const training = existsSync(path)
      ? trainer.load(Deno.readFileSync(path), options)
      : trainer(options);
    for (const _ of training);
    const other = `${folder}/other.safetensors`;
    const whole = trainer(killedOptions(other, steps));
    for (const _ of whole);
    assertEquals(Deno.readFileSync(path), Deno.readFileSync(other));
    await Deno.remove(folder, { recursive: true });
  },
);
