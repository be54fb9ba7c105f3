import { assert, assertEquals, assertMatch } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { testUnless } from "@spikeloop/dev";
import { trials } from "@spikeloop/dev/testing";
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

/** A run of the demo that goes on until it is stopped. */
class EndlessRun {
  readonly #process: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #text = "";

  constructor(folder: string) {
    this.#process = command("--steps", "1000000", "--out", folder).spawn();
    this.#reader = this.#process.stdout.getReader();
  }

  /** Waits until it has begun to train. */
  async begin(): Promise<void> {
    while (!this.#text.includes("\n")) {
      const { value, done } = await this.#reader.read();
      if (done) break;
      this.#text += decode(value);
    }
  }

  /** Waits until a checkpoint is there. */
  async save(folder: string): Promise<void> {
    for (;;) {
      if (namesIn(folder).includes("actor.safetensors")) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Ends it by a signal, or by closing its output; returns the status and what it has printed. */
  async end(how: Deno.Signal | "close"): Promise<{ code: number; text: string }> {
    if (how === "close") await this.#reader.cancel();
    else {
      this.#process.kill(how);
      for (;;) {
        const { value, done } = await this.#reader.read();
        if (done) break;
        this.#text += decode(value);
      }
    }
    await this.#process.stderr.cancel();
    return { code: (await this.#process.status).code, text: this.#text };
  }
}

const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

const noSignals = Deno.build.os === "windows"
  ? "Windows cannot send signals to a process"
  : undefined;

for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  testUnless(
    noSignals,
    `${signal} ends the demo with a checkpoint, and it prints the path`,
    async () => {
      const folder = await Deno.makeTempDir();
      const run = new EndlessRun(folder);
      await run.begin();
      const { code, text } = await run.end(signal);
      assertEquals(code, status);
      assert(text.includes(`saved in ${folder}/actor.safetensors`), text);
      checkSaved(folder);
      assertEquals(namesIn(folder), ["actor.safetensors"]);
      await Deno.remove(folder, { recursive: true });
    },
  );
}

testUnless(noSignals, "a reader that closes the pipe ends the demo with a checkpoint", async () => {
  const folder = await Deno.makeTempDir();
  const run = new EndlessRun(folder);
  await run.begin();
  assertEquals((await run.end("close")).code, 141);
  checkSaved(folder);
  await Deno.remove(folder, { recursive: true });
});

testUnless(
  noSignals,
  "a kill leaves a whole checkpoint, and the folder to the next run",
  async () => {
    for (let trial = 0; trial < trials(1, 40); trial++) {
      const folder = await Deno.makeTempDir();
      const run = new EndlessRun(folder);
      await run.begin();
      await run.save(folder);
      await new Promise((resolve) => setTimeout(resolve, 97 * trial % 1000));
      assertEquals((await run.end("SIGKILL")).code, 137);
      checkSaved(folder);
      const good = Deno.readFileSync(`${folder}/actor.safetensors`);
      // The next run takes the lock over, and replaces nothing.
      const next = new EndlessRun(folder);
      await next.begin();
      assertEquals((await next.end("SIGINT")).code, 130);
      assertEquals(Deno.readFileSync(`${folder}/actor.safetensors`), good);
      assertEquals(namesIn(folder), ["actor-2.safetensors", "actor.safetensors"]);
      await Deno.remove(folder, { recursive: true });
    }
  },
);

testUnless(
  noSignals,
  "a second run into the same folder is refused while the first one runs",
  async () => {
    const folder = await Deno.makeTempDir();
    const run = new EndlessRun(folder);
    await run.begin();
    const { code, stderr } = await command("--steps", "10", "--out", folder).output();
    assertEquals(code, 1);
    assertMatch(decode(stderr), /another run, process \d+ on \S+, writes to it/);
    assertEquals((await run.end("SIGTERM")).code, 143);
    checkSaved(folder);
    await Deno.remove(folder, { recursive: true });
  },
);

Deno.test("a folder that cannot be written to is told before training", async () => {
  const file = await Deno.makeTempFile();
  const { code, stdout, stderr } = await command("--steps", "10", "--out", `${file}/x`).output();
  assertEquals([code, decode(stdout)], [1, ""]);
  assertMatch(decode(stderr), /^Cannot write to .*\n$/);
  await Deno.remove(file);
});

Deno.test("--help prints the usage, and wrong arguments are answered with it", async () => {
  const help = await command("--help").output();
  assertEquals(help.code, 0);
  assertMatch(decode(help.stdout), /--seed.*\n.*--steps.*\n.*--out/);
  const wrong = await command("--steps", "few").output();
  assertEquals(wrong.code, 2);
  assertMatch(decode(wrong.stderr), /--steps is "few"[^]*deno task demo/);
});
