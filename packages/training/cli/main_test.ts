import * as fs from "node:fs";
import { join } from "node:path";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { testUnless } from "@spikeloop/dev";
import { loadEnvironment } from "./environments.ts";
import { readLog } from "./log.ts";
import { parseWords } from "./parse_words.ts";
import { recordNames } from "./run_config.ts";
import { trainCommand } from "./train_command.ts";

const program = new URL("../../spikeloop/cli.ts", import.meta.url).href;
const trainings = JSON.stringify(new URL("../mod.ts", import.meta.url).href);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const command = (words: readonly string[], env?: Record<string, string>) =>
  new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "-A", program, ...words],
    env,
    stdout: "piped",
    stderr: "piped",
  });

/** Runs a command of the program to its end. */
async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await command(words).output();
  return { code, out: decode(stdout), err: decode(stderr) };
}

/** The options of a small run. */
const small = "--env pendulum --actor.hiddenSizes 4 --actor.encPopDim 2 --agent.criticSizes 4 " +
  "--trainer.startSteps 20 --trainer.updateAfter 20 --trainer.batchSize 4 " +
  "--evaluate.every 200 --evaluate.episodes 2 --checkpoint.every 50";

const train = (out: string, steps: number, ...more: string[]) => [
  ...["train", ...small.split(" "), "--steps", `${steps}`, "--out", out, ...more],
];

/** The same in the environment of a file. */
const trainIn = (path: string, ...args: Parameters<typeof train>) =>
  train(...args).map((word) => word === "pendulum" ? path : word);

/** The log without the time that it took. */
const logOf = (folder: string) =>
  readLog(join(folder, "log.jsonl")).map((record) => ({ ...record, seconds: 0 }));

/**
 * A pendulum whose process waits for a signal at the step that WAIT_AT counts, so that it cannot
 * have ended before the signal comes.
 */
const waitingTask = `
  import process from "node:process";
  import { pendulum } from ${trainings};
  const signals = ["SIGINT", "SIGTERM"];
  const told = new Promise((resolve) => signals.map((signal) => process.once(signal, resolve)));
  const isSeed = globalThis.Deno.mainModule.includes("seed_process");
  const end = Number(isSeed && process.env.WAIT_AT || Infinity);
  export default () => {
    const task = pendulum();
    let count = 0;
    const step = async (action) => {
      if (++count === end) await told;
      return task.step(action);
    };
    return { ...task, step };
  };`;

/**
 * Starts a program, and ends it by a signal once it has logged so many records.
 *
 * @param waitAt The step at which it waits for the signal; it never does if missing.
 */
async function interrupt(
  words: readonly string[],
  records: number,
  signal: Deno.Signal,
  waitAt = Infinity,
) {
  const child = command([...words, "--json"], { WAIT_AT: `${waitAt}` }).spawn();
  let text = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    const before = text.split("\n").length;
    text += part;
    if (before <= records && text.split("\n").length > records) child.kill(signal);
  }
  await child.stderr.cancel();
  return (await child.status).code;
}

testUnless(
  Deno.build.os === "windows" ? "Windows cannot send signals to a process" : undefined,
  "a run that is stopped and killed goes on to the same bits, and leaves all files",
  async () => {
    const root = Deno.makeTempDirSync();
    const [whole, parts] = [join(root, "whole"), join(root, "parts")];
    const task = join(root, "task.mjs");
    fs.writeFileSync(task, waitingTask);
    const { code, out } = await run(
      ...trainIn(task, whole, 600, "--seeds", "0,3", "--tensorboard"),
    );
    assertEquals(code, 0, out);
    assertMatch(out, /Training td3 on \S+: 600 steps, seeds 0, 3\.\n[^]*1200\/1200[^]*Done/);

    const words = trainIn(task, parts, 600, "--seeds", "3", "--tensorboard");
    assertEquals(await interrupt(words, 2, "SIGINT", 120), 130);
    assert(fs.existsSync(join(parts, "seed-3", "state.safetensors")));
    assertEquals(await interrupt(["resume", parts], 1, "SIGTERM", 60), 143);
    await interrupt(["resume", parts], 2, "SIGKILL");
    // The process of the seed finds that nobody reads its lines any more, and ends.
    const lock = join(parts, "seed-3", ".spikeloop.lock");
    while (fs.existsSync(lock)) await new Promise((resolve) => setTimeout(resolve, 20));
    const resumed = await run("resume", parts);
    assertEquals([resumed.code, resumed.err], [0, ""], resumed.out);
    assertStringIncludes((await run("resume", parts)).out, "no step was left");

    const [a, b] = [join(whole, "seed-3"), join(parts, "seed-3")];
    const bytes = (folder: string, name: string) => fs.readFileSync(join(folder, name));
    for (const name of ["state.safetensors", "best.safetensors", "config.json"]) {
      assertEquals(bytes(b, name), bytes(a, name), name);
    }
    assertEquals(logOf(b), logOf(a));
    const files = ["best.safetensors", "config.json", "log.jsonl", "report.html"];
    const names = fs.readdirSync(a).filter((name) => !name.startsWith("events.out.tfevents."));
    assertEquals(names.sort(), [...files, "state.safetensors"]);
    assert(fs.readdirSync(a).length === 6);
    assertMatch(decode(bytes(a, "report.html")), /ilc-san trained by td3[^]*<\/html>\s*$/);

    // Another command reads what training has left.
    const evaluated = await run("evaluate", a, "--episodes", "3", "--json");
    assertEquals(evaluated.code, 0, evaluated.err);
    assertEquals(JSON.parse(evaluated.out).returns.length, 3);
    const more = parseWords("train", trainIn(task, whole, 600).slice(1), {
      values: ["env", "steps", "out"],
      records: recordNames,
    });
    await assertRejects(() => trainCommand(more), Error, "has a run already");
    Deno.removeSync(root, { recursive: true });
  },
);

testUnless(
  Deno.build.os === "windows" ? "a killed process leaves its children there" : undefined,
  "a run is resumed by one process at a time, and after a kill by another one",
  async () => {
    const root = Deno.makeTempDirSync();
    const endless = train(root, 1e9, "--trainer.replaySize", "1000");
    const child = command([...endless, "--json"]).spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
    await lines.next();
    const lock = join(root, "seed-0", ".spikeloop.lock");
    const [owner] = fs.readFileSync(lock, "utf8").split(" ");
    const second = await run("resume", root);
    assertEquals(second.code, 1);
    assertStringIncludes(
      second.err,
      `seed 0: Cannot write to ${join(root, "seed-0")}: another run`,
    );
    assertStringIncludes(second.err, `process ${owner} on `);
    Deno.kill(Number(owner), "SIGKILL");
    while (!(await lines.next()).done);
    assertEquals((await child.status).code, 1);
    assertMatch(
      await new Response(child.stderr).text(),
      /seed 0: its process was ended by SIGKILL/,
    );
    const { step } = logOf(join(root, "seed-0")).at(-1) ?? { step: 0 };
    const third = await run("resume", root, "--steps", `${step + 100}`);
    assertEquals(third.code, 0);
    assertMatch(
      third.err,
      /^The lock of another run, process \d+ on \S+, is taken over: it has ended\.\n$/,
    );
    Deno.removeSync(root, { recursive: true });
  },
);

Deno.test("a bad environment file is told what is wrong with it", async () => {
  const root = Deno.makeTempDirSync();
  const path = join(root, "my_env.mjs");
  fs.writeFileSync(
    path,
    `export default () => ({
      name: "mine", observationSpace: { low: [-1], high: [1] }, maxSteps: 5,
      actionSpace: { low: [-1], high: [1] }, reset: () => [0, 0],
      step: () => ({ observation: [0], reward: 0, terminated: false, truncated: false }),
    });`,
  );
  const { code, err } = await run("train", "--env", path, "--steps", "10", "--out", root);
  assertEquals(code, 2);
  assertStringIncludes(err, "- the observation of reset has length 2, observationSpace has 1");
  assertEquals(fs.readdirSync(root), ["my_env.mjs"]);
  for (
    const [body, status, problem] of [
      ["throw 'no licence'", 1, `Cannot load the environment ${path}: no licence`],
      ["process.exit(0)", 1, "The program was ended by an environment"],
    ] as const
  ) {
    fs.writeFileSync(path, `import process from "node:process"; ${body};`);
    const { code, err } = await run("train", "--env", path, "--steps", "10", "--out", root);
    assertEquals(code, status);
    assertStringIncludes(err, problem);
  }
  Deno.removeSync(root, { recursive: true });
});

Deno.test("an environment that prints disturbs nothing, and one that ends its process is told", async () => {
  const root = Deno.makeTempDirSync();
  const trainWith = (name: string, step: string) => {
    const path = join(root, `${name}.mjs`);
    const lines = [
      `import { pendulum } from ${trainings};`,
      "let count = 0;",
      "setInterval(() => {}, 1000); // as of a connection that nobody closes",
      "export default () => {",
      "  const task = pendulum();",
      `  return { ...task, step: (action) => { count++; ${step} return task.step(action); } };`,
      "};",
    ];
    fs.writeFileSync(path, lines.join("\n"));
    return run(...trainIn(path, join(root, name), 300, "--json"));
  };
  const printing = await trainWith(
    "printing",
    "if (count % 50 === 0) console.log('{\"step\":', count);",
  );
  assertEquals(printing.code, 0, printing.err);
  assertStringIncludes(printing.err, '{"step": 250');
  const steps = printing.out.trim().split("\n").map((line) => JSON.parse(line).step);
  assertEquals(steps.at(-1), 300);
  const evaluated = await run("evaluate", join(root, "printing"), "--episodes", "2", "--json");
  assertEquals(evaluated.code, 0, evaluated.err);
  assertEquals(JSON.parse(evaluated.out).returns.length, 2);
  assertStringIncludes(evaluated.err, '{"step": 100');
  const reported = await run("report", join(root, "printing"));
  assertEquals(reported.out, `${join(root, "printing", "seed-0", "report.html")}\n`);
  assertStringIncludes(reported.err, '{"step": 100');
  const isSeed = "globalThis.Deno.mainModule.includes('seed_process')";
  const ending = await trainWith(
    "ending",
    `if (count === 250 && ${isSeed}) globalThis.Deno.exit(0);`,
  );
  assertEquals(ending.code, 1);
  assertMatch(ending.err, /seed 0: its process ended with status 0 at step \d+ of 300/);
  Deno.removeSync(root, { recursive: true });
});

Deno.test("a module that makes no environment is refused by name", async () => {
  const root = Deno.makeTempDirSync();
  const load = async (body: string) => {
    const path = join(root, `${body.length}.mjs`);
    fs.writeFileSync(path, `export default ${body};`);
    return (await loadEnvironment(path))();
  };
  await assertRejects(() => load("async () => ({})"), TypeError, "returns a promise");
  await assertRejects(() => load("() => undefined"), TypeError, "is missing, expected an env");
  await assertRejects(() => load("() => { throw Error('no licence') }"), Error, "no licence");
  Deno.removeSync(root, { recursive: true });
});
