import { assert, assertEquals, fail } from "@std/assert";
import { testUnless } from "@spikeloop/dev";
import { Func } from "@spikeloop/expr/wasm";
import { noWorkers, withWorkers } from "../testing/start_workers.ts";
import { commonMemory } from "./common_memory.ts";
import { Executable } from "./executable.ts";
import { isCommonFree, PooledWorker } from "./pooled_worker.ts";
import { limitThreads, share, startThreads } from "./threads.ts";
import { mailboxState } from "./worker_source.ts";

/** Runs `f` while threads are made by another constructor. */
async function withThreads(Worker: unknown, f: () => void | Promise<void>): Promise<void> {
  const runtime = globalThis as unknown as {
    process: { getBuiltinModule: (name: string) => unknown };
  };
  const real = runtime.process.getBuiltinModule;
  runtime.process.getBuiltinModule = (name) =>
    name === "node:worker_threads" ? { Worker } : real.call(runtime.process, name);
  try {
    await f();
  } finally {
    runtime.process.getBuiltinModule = real;
  }
}

let ended = 0;

/** A worker that does nothing. */
class Idle {
  on(): void {}
  unref(): void {}
  terminate(): void {
    ended++;
  }
}

const makeNothing = () => new Executable([new Func("nothing", 0)], commonMemory().memory);

testUnless(noWorkers, "code is sent until a worker has seen it", async () => {
  await withThreads(Idle, () => {
    const worker = new PooledWorker();
    for (const mailbox of worker.mailboxes) mailbox.clear();
    const executable = makeNothing();
    const post = () => {
      worker.post(undefined, executable, []);
      return worker.mailboxes.find((m) => m.isFull) ?? fail();
    };
    assert(post().hasCode);
    assert(worker.finish(0)); // taken back
    const seen = post();
    assert(seen.hasCode);
    Atomics.store(seen.words, 0, mailboxState.done);
    for (let i = 0; i < 3; i++) {
      assert(!post().hasCode);
      assert(worker.finish(0));
    }
    worker.stop();
  });
});

testUnless(noWorkers, "a worker that is stopped before it has started ends", async () => {
  const stopped = new PooledWorker();
  stopped.stop();
  await withWorkers(1, () => {}); // started later
  assert(stopped.mailboxes.every(({ state }) => state === mailboxState.stop));
});

testUnless(
  noWorkers,
  "a worker that is stopped may finish what others may not disturb",
  async () => {
    const before = ended;
    await withThreads(Idle, () => {
      for (const job of [0, undefined]) {
        const worker = new PooledWorker();
        const [first, second] = worker.mailboxes;
        first.clear();
        worker.post(job, makeNothing(), []);
        Atomics.store(first.words, 0, mailboxState.busy);
        worker.stop();
        assertEquals(second.state, mailboxState.stop);
        assertEquals([ended - before, isCommonFree()], [1, job !== undefined]);
        Atomics.store(first.words, 0, mailboxState.done);
        assert(isCommonFree());
      }
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
    assertEquals(share((workers) => workers.length), 0);
    assertEquals(started, tries, "no second try");
  });
});
