import { assert, assertEquals } from "@std/assert";
import { testUnless } from "@spikeloop/dev";
import { withBuiltin } from "@spikeloop/dev/testing";
import { brIf, Func, i32, repeat } from "@spikeloop/expr/wasm";
import { noWorkers, until, withWorkers } from "../testing/start_workers.ts";
import { common } from "./common.ts";
import { Executable } from "./executable.ts";
import { PooledWorker } from "./pooled_worker.ts";
import { builtin } from "./runtime.ts";
import { limitThreads, share, startThreads } from "./threads.ts";

/** Runs `f` while threads are made by another constructor. */
const withThreads = (Worker: unknown, f: () => void | Promise<void>): Promise<void> =>
  withBuiltin("node:worker_threads", { Worker }, f);

testUnless(noWorkers, "a worker that is stopped before it has started ends", async () => {
  const stopped = new PooledWorker();
  stopped.stop();
  await withWorkers(1, () => {}); // started later
  assert(!stopped.isReady);
});

testUnless(noWorkers, "a worker that is stopped wakes and ends", async () => {
  let ended = 0;
  type Thread = { on(event: "exit", listener: () => void): void };
  type Threads = { readonly Worker: new (source: string, options: object) => Thread };
  const { Worker = class {} } = builtin<Threads>("node:worker_threads") ?? {};
  class Watched extends (Worker as Threads["Worker"]) {
    constructor(source: string, options: object) {
      super(source, options);
      this.on("exit", () => ended++);
    }
  }
  await withThreads(Watched, async () => {
    await withWorkers(2, () => new Promise((resolve) => setTimeout(resolve, 20))); // they sleep
  });
  await until("Both have ended", () => ended === 2);
});

testUnless(
  noWorkers,
  "a worker that is stopped finishes its call, and others see that",
  async () => {
    await withWorkers(1, async ([worker]) => {
      const hold = new Func("hold", 1);
      hold.emit(repeat(brIf(i32.eqz(i32.load(hold.param(0))), 0)));
      const { memory } = common().memory;
      const words = new Int32Array(memory.buffer, 0, 1).fill(0);
      const executable = new Executable([hold], memory);
      const calls = common();
      calls.use(executable);
      calls.post(0, common().memory, executable.call("hold", 0));
      await until("The worker has begun", () => !common().isFree);
      worker.stop();
      calls.wait(0, 20);
      assert(!common().isFree);
      words[0] = 1;
      await until("The worker is through", () => common().isFree);
      calls.post(0, common().memory, executable.call("hold", 0));
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert(calls.takeBack(0)); // it begins nothing more
    });
  },
);

Deno.test("where workers can't start, startThreads() doesn't wait for them", async () => {
  let started = 0;
  /** A worker that a page's policy, say, does not let start. */
  class Forbidden {
    constructor() {
      started++;
    }
    on(event: string, listener: () => void): void {
      if (event === "error") queueMicrotask(listener);
    }
    unref(): void {}
    terminate(): void {}
  }
  const now = performance.now;
  await withThreads(Forbidden, async () => {
    limitThreads(2);
    // The clock stands still: only word of the failure ends the wait.
    performance.now = () => 0;
    try {
      assertEquals(await startThreads(), 1);
    } finally {
      performance.now = now;
    }
    const tries = started;
    assertEquals(await startThreads(), 1);
    assertEquals(share((workers) => workers), 0);
    assertEquals(started, tries, "no second try");
  });
});
