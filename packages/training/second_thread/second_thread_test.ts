import { assertEquals } from "@std/assert";
import { builtin } from "@spikeloop/cpu";
import { testUnless } from "@spikeloop/dev";
import { withBuiltin } from "@spikeloop/dev/testing";
import { noThread } from "../testing/lagging_program.ts";
import { startSecondThread, threadState } from "./second_thread.ts";

type Options = { readonly workerData: { readonly words: SharedArrayBuffer } };
type Thread = new (url: URL, options: Options) => {
  on(event: "error" | "exit", listener: (error: unknown) => void): void;
};

testUnless(
  noThread,
  "a program that fails says so in shared memory, and nowhere else",
  async () => {
    const { Worker } = builtin<{ Worker: Thread }>("node:worker_threads") ?? { Worker: class {} };
    const errors: unknown[] = [];
    let words: Int32Array | undefined;
    let hasEnded = false;
    class Broken extends (Worker as Thread) {
      constructor(url: URL, options: Options) {
        const { words: memory } = options.workerData;
        super(url, { ...options, workerData: { words: memory } }); // without mailboxes
        words = new Int32Array(memory);
        this.on("error", (error) => errors.push(error));
        this.on("exit", () => hasEnded = true);
      }
    }
    await withBuiltin("node:worker_threads", { Worker: Broken }, async () => {
      startSecondThread();
      const end = performance.now() + 120_000;
      while (!hasEnded && performance.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    });
    assertEquals([words?.[0], errors], [threadState.failed, []]);
  },
);

testUnless(noThread, "where its program may not be looked for, there is no thread", async () => {
  const existsSync = () => {
    throw new Error("Access to this API has been restricted"); // as Node says it
  };
  await withBuiltin("node:fs", { existsSync }, () => {
    assertEquals(startSecondThread(), undefined);
  });
});
