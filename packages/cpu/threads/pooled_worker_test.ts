import { assertEquals } from "@std/assert";
import { limitThreads, share, startThreads } from "./threads.ts";

/** A worker that a page's policy, say, does not let start. */
class Forbidden {
  on(event: string, listener: () => void): void {
    if (event === "error") queueMicrotask(listener);
  }
  unref(): void {}
  terminate(): void {}
}

Deno.test("where workers can't start, startThreads() doesn't wait for them", async () => {
  const runtime = globalThis as unknown as {
    process: { getBuiltinModule: (name: string) => unknown };
  };
  const real = runtime.process.getBuiltinModule;
  const now = performance.now;
  let started = 0;
  runtime.process.getBuiltinModule = (name) => {
    if (name !== "node:worker_threads") return real.call(runtime.process, name);
    started++;
    return { Worker: Forbidden };
  };
  limitThreads(2);
  const before = started;
  // The clock stands still: only word of the failure ends the wait.
  performance.now = () => 0;
  try {
    assertEquals(await startThreads(), 1);
  } finally {
    performance.now = now;
  }
  const tries = started - before;
  assertEquals(await startThreads(), 1);
  assertEquals(share((workers) => workers.length), 0);
  assertEquals(started - before, tries, "no second try");
  runtime.process.getBuiltinModule = real;
});
