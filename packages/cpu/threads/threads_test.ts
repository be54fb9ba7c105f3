import { assertEquals, assertThrows } from "@std/assert";
import { testUnless } from "@spikeloop/dev";
import { noHelpers } from "../testing/start_helpers.ts";
import { run } from "../testing/threads_program.ts";
import { judge, limitThreads, share, startThreads } from "./threads.ts";

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

Deno.test("limitThreads() refuses what is not a number of threads", () => {
  for (const most of [0, -1, 1.5, NaN, Infinity]) {
    assertThrows(() => limitThreads(most), RangeError, `Cannot limit threads to ${most}`);
  }
});

Deno.test("with a limit of one thread none is started", async () => {
  limitThreads(1);
  assertEquals(await startThreads(), 1);
});

testUnless(
  noHelpers,
  "startThreads() starts as many as allowed, and fewer remain on demand",
  async () => {
    limitThreads(3);
    assertEquals(await startThreads(), 3);
    limitThreads(2);
    assertEquals(await startThreads(), 2);
    assertEquals(share(() => 0, (helpers) => helpers.length), 1);
    assertEquals(share(() => 0, () => undefined), 0);
    limitThreads(1);
    assertEquals(share(() => 0, (helpers) => helpers.length), 0);
  },
);

testUnless(
  noHelpers,
  "a helper is started by itself once large calls have taken long",
  async () => {
    limitThreads(2);
    const busy = () => {
      const end = performance.now() + 60;
      while (performance.now() < end);
      return 0;
    };
    const end = performance.now() + 20_000;
    while (share(busy, (helpers) => helpers.length) === 0 && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assertEquals(share(() => 0, (helpers) => helpers.length), 1);
    limitThreads(1);
  },
);

testUnless(noHelpers, "helpers that slow calls down are left out for a while", async () => {
  limitThreads(2);
  await startThreads();
  const shared = () => share(() => 0, (helpers) => helpers.length);
  for (let i = 0; i < 4; i++) judge(false);
  assertEquals(shared(), 1);
  judge(false);
  assertEquals([shared(), shared(), shared()], [0, 0, 1]);
  judge(false);
  assertEquals([shared(), shared(), shared(), shared(), shared()], [0, 0, 0, 0, 1]);
  judge(true);
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
  noHelpers,
  "a program without permissions has helpers, the same results, and ends by itself",
  async () => {
    const program = new URL("../testing/threads_program.ts", import.meta.url).pathname;
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--no-check", program],
      stdin: "null",
      signal: AbortSignal.timeout(60_000),
    }).output();
    const decoder = new TextDecoder();
    assertEquals(
      decoder.decode(stdout).trim(),
      '{"threads":2,"same":true}',
      decoder.decode(stderr),
    );
    assertEquals(success, true);
  },
);
