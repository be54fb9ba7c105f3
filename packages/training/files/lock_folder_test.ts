import { hostname } from "node:os";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { testUnless } from "@spikeloop/dev";
import { freePaths } from "../demo/free_paths.ts";
import { lockFolder } from "./lock_folder.ts";

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

const lockOf = (folder: string) => `${folder}/.spikeloop.lock`;

/** Starts a process that locks a folder until it is killed, and prints then. */
function startLocking(folder: string): Deno.ChildProcess {
  const program = new URL("../testing/locking_program.ts", import.meta.url).href;
  const args = ["run", "--quiet", "--no-check", "-A", program, folder];
  return new Deno.Command(Deno.execPath(), { args, stdout: "piped" }).spawn();
}

/** Short times, with lines that are kept. */
function quick(silence = 200) {
  const lines: string[] = [];
  return { beat: 20, silence, tell: (line: string) => void lines.push(line), lines };
}

Deno.test("a folder is locked once, made where it is missing, and left clean", async () => {
  const root = await Deno.makeTempDir();
  const folder = `${root}/a/b`;
  const lock = await lockFolder(folder, quick());
  const { pid } = process;
  const problem = `another run, process ${pid} on ${hostname()}, writes to it`;
  await assertRejects(() => lockFolder(folder, quick(300_000)), Error, problem);
  lock.check();
  lock.release();
  assertEquals(names(folder), []);
  const again = await lockFolder(folder, quick());
  again.release();
  await Deno.remove(root, { recursive: true });
});

Deno.test("a process keeps others out until it is killed, and leaves nothing behind", async () => {
  const folder = await Deno.makeTempDir();
  const child = startLocking(folder);
  for await (const _ of child.stdout) break;
  const problem = `another run, process ${child.pid} on`;
  await assertRejects(() => lockFolder(folder, quick(300_000)), Error, problem);
  child.kill("SIGKILL");
  await child.status;
  await Deno.writeTextFile(`${folder}/actor.safetensors.0a1b2c3d.spikeloop-part`, "half");
  await Deno.writeTextFile(`${folder}/mine.part`, "mine");
  const options = quick();
  const lock = await lockFolder(folder, options);
  assertEquals(options.lines, [
    `The lock of another run, process ${child.pid} on ${hostname()}, is taken over: it has ended.`,
  ]);
  assertEquals(names(folder), [".spikeloop.lock", "mine.part"]);
  lock.release();
  await Deno.remove(folder, { recursive: true });
});

testUnless(
  Deno.build.os === "windows" ? "Windows cannot stop a process for a while" : undefined,
  "a process that ends while another one waits for its lock is followed soon",
  async () => {
    const folder = await Deno.makeTempDir();
    const child = startLocking(folder);
    for await (const _ of child.stdout) break;
    child.kill("SIGSTOP");
    const options = quick(60_000);
    const waiting = lockFolder(folder, options);
    while (options.lines.length === 0) await wait(1);
    child.kill("SIGKILL");
    await child.status;
    (await waiting).release();
    const owner = `another run, process ${child.pid} on ${hostname()},`;
    assertEquals(options.lines, [
      `Waiting 60 s for a sign of life of ${owner}.`,
      `The lock of ${owner} is taken over: it has ended.`,
    ]);
    await Deno.remove(folder, { recursive: true });
  },
);

Deno.test("the run of another machine counts as long as it gives signs of life", async () => {
  const folder = await Deno.makeTempDir();
  const write = (beat: number) =>
    Deno.writeTextFileSync(lockOf(folder), `7 elsewhere 1-2 00000000${beat}\n`);
  write(0);
  const refused = assertRejects(
    () => lockFolder(folder, quick(300_000)),
    Error,
    "another run, process 7 on elsewhere, writes to it",
  );
  await wait(50);
  write(1);
  await refused;
  for (const text of [undefined, "", "no lock"]) {
    if (text !== undefined) Deno.writeTextFileSync(lockOf(folder), text);
    const options = quick();
    const lock = await lockFolder(folder, options);
    const owner = text === undefined ? "another run, process 7 on elsewhere," : "another run";
    assertEquals(options.lines, [
      `Waiting 0.2 s for a sign of life of ${owner}.`,
      `The lock of ${owner} is taken over: it has given no sign of life for 0.2 s.`,
    ]);
    lock.release();
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("of several that take a lock over, one has it", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(lockOf(folder), "7 elsewhere 1-2 000000003\n");
  const tries = await Promise.allSettled(
    Array.from({ length: 8 }, () => lockFolder(folder, quick())),
  );
  const locks = tries.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
  assertEquals(locks.length, 1);
  locks[0].check();
  locks[0].release();
  assertEquals(names(folder), []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a run that was silent for long finds that another one has taken over", async () => {
  const folder = await Deno.makeTempDir();
  const silent = await lockFolder(folder, { beat: 1e9 });
  const lock = await lockFolder(folder, quick());
  assertThrows(() => silent.check(), Error, `Cannot go on in ${folder}: another run, process `);
  silent.release();
  lock.check();
  // A lock that somebody has removed is written again.
  await Deno.remove(lockOf(folder));
  lock.check();
  assertEquals(names(folder), [".spikeloop.lock"]);
  lock.release();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a folder that cannot be made is refused by its name", async () => {
  const file = await Deno.makeTempFile();
  await assertRejects(() => lockFolder(`${file}/x`), Error, `Cannot write to ${file}/x: `);
  await Deno.remove(file);
});

Deno.test("a run gets names beside those of earlier runs", async () => {
  const folder = await Deno.makeTempDir();
  const next = async () => Object.values(await freePaths(folder)).map((path) => path.slice(-21));
  const expect = (end: string) =>
    [`actor${end}.safetensors`, `report${end}.html`].map((name) => `${folder}/${name}`.slice(-21));
  assertEquals(await next(), expect(""));
  await Deno.writeTextFile(`${folder}/report.html`, "");
  assertEquals(await next(), expect("-2"));
  await Deno.writeTextFile(`${folder}/actor-2.safetensors`, "");
  assertEquals(await next(), expect("-3"));
  await Deno.remove(folder, { recursive: true });
});
