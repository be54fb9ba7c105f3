import { assertEquals, assertThrows } from "@std/assert";
import { testUnless } from "@spikeloop/dev";
import { noWorkers, until, untilReady } from "../testing/start_workers.ts";
import { run } from "../testing/threads_program.ts";
import { adaptLimit, limitThreads, share, startThreads } from "./threads.ts";

/** Runs `f` while a global is missing. */
async function without(name: "SharedArrayBuffer" | "process", f: () => Promise<void>) {
  const there = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, { value: undefined, configurable: true });
  try {
    await f();
  } finally {
    if (there !== undefined) Object.defineProperty(globalThis, name, there);
    limitThreads(1);
  }
}

Deno.test("limitThreads() refuses anything but a number of threads", () => {
  for (const most of [0, -1, 1.5, NaN, Infinity]) {
    assertThrows(() => limitThreads(most), RangeError, `Cannot limit threads: most is ${most}`);
  }
});

Deno.test("with a limit of one thread none is started", async () => {
  limitThreads(1);
  assertEquals(await startThreads(), 1);
});

testUnless(
  noWorkers,
  "startThreads() starts as many as allowed, and fewer remain on demand",
  async () => {
    limitThreads(3);
    await untilReady(3);
    limitThreads(2);
    assertEquals(await startThreads(), 2);
    assertEquals(share((workers) => workers), 1);
    limitThreads(1);
    assertEquals(share((workers) => workers), 0);
  },
);

testUnless(
  noWorkers,
  "a worker is started by itself once large calls have taken long",
  async () => {
    limitThreads(2);
    const busy = (workers: number) => {
      const end = performance.now() + 60;
      while (workers === 0 && performance.now() < end);
      return workers;
    };
    await until("A worker is ready", () => share(busy) > 0);
    assertEquals(share((workers) => workers), 1);
    limitThreads(1);
  },
);

testUnless(noWorkers, "workers that slow calls down are left out for a while", async () => {
  limitThreads(2);
  await untilReady(2);
  const shared = () => share((workers) => workers);
  for (let i = 0; i < 4; i++) adaptLimit(false);
  assertEquals(shared(), 1);
  adaptLimit(false);
  assertEquals([shared(), shared(), shared()], [0, 0, 1]);
  adaptLimit(false);
  assertEquals([shared(), shared(), shared(), shared(), shared()], [0, 0, 0, 0, 1]);
  adaptLimit(true);
  assertEquals(shared(), 1);
  limitThreads(1);
});

for (const missing of ["SharedArrayBuffer", "process"] as const) {
  Deno.test(`without ${missing} there is one thread, and all works`, async () => {
    await without(missing, async () => {
      assertEquals(await run(), { threads: 1, same: true });
    });
  });
}

testUnless(
  noWorkers,
  "a program without permissions has workers, the same results, and ends by itself",
  async () => {
    const program = new URL("../testing/threads_program.ts", import.meta.url).pathname;
    const asked = await Deno.makeTempFile();
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--no-check", program],
      env: { DENO_AUDIT_PERMISSIONS: asked },
      stdin: "null",
      signal: AbortSignal.timeout(600_000),
    }).output();
    const decoder = new TextDecoder();
    assertEquals(
      decoder.decode(stdout).trim(),
      '{"threads":2,"same":true}',
      decoder.decode(stderr),
    );
    assertEquals(success, true);
    assertEquals((await Deno.readTextFile(asked)).includes('"env"'), false);
    await Deno.remove(asked);
  },
);
