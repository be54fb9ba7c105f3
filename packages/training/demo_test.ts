import { assert, assertEquals, assertMatch } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { testUnless } from "@spikeloop/dev";
import { readCheckpoint } from "./checkpoint.ts";

const demo = new URL("./demo.ts", import.meta.url).href;
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const command = (...args: string[]) =>
  new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", demo, ...args],
    stdout: "piped",
    stderr: "piped",
  });

/** Checks that the demo saved a checkpoint that can be read. */
function checkSaved(folder: string): void {
  const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [64, 64], actLimit: 2 });
  readCheckpoint(Deno.readFileSync(`${folder}/actor.safetensors`), actor);
}

Deno.test("the demo runs, prints its result, and leaves report and checkpoint", async () => {
  const folder = await Deno.makeTempDir();
  const { code, stdout, stderr } = await command("--steps", "300", "--out", folder).output();
  assertEquals([code, decode(stderr)], [0, ""]);
  assertMatch(
    decode(stdout),
    /Mean return over 10 fresh episodes: -\d+\.\d before, -\d+\.\d after/,
  );
  assert(decode(stdout).includes(`${folder}/report.html`));
  assertMatch(Deno.readTextFileSync(`${folder}/report.html`), /<\/html>\s*$/);
  checkSaved(folder);
  await Deno.remove(folder, { recursive: true });
});

testUnless(
  Deno.build.os === "windows" ? "Windows cannot send SIGINT to a process" : undefined,
  "Ctrl-C ends the demo with a checkpoint, and it prints the path",
  async () => {
    const folder = await Deno.makeTempDir();
    const process = command("--steps", "1000000", "--out", folder).spawn();
    const reader = process.stdout.getReader();
    const first = await reader.read(); // it runs now
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.kill("SIGINT");
    let text = decode(first.value ?? new Uint8Array());
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += decode(part.value);
    }
    await process.stderr.cancel();
    assertEquals((await process.status).code, 130);
    assert(text.includes(`saved in ${folder}/actor.safetensors`), text);
    checkSaved(folder);
    await Deno.remove(folder, { recursive: true });
  },
);

Deno.test("--help prints the usage, and wrong arguments are answered with it", async () => {
  const help = await command("--help").output();
  assertEquals(help.code, 0);
  assertMatch(decode(help.stdout), /--seed.*\n.*--steps.*\n.*--out/);
  const wrong = await command("--steps", "few").output();
  assertEquals(wrong.code, 2);
  assertMatch(decode(wrong.stderr), /--steps is few[^]*deno task demo/);
});
