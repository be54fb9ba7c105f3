import { assert, assertEquals } from "@std/assert";
import { builtin, limitThreads } from "@spikeloop/cpu";
import { testUnless } from "@spikeloop/dev";
import { withBuiltin } from "@spikeloop/dev/testing";
import { tensor } from "@spikeloop/tensor";
import { noThread } from "../testing/lagging_program.ts";
import { desks } from "./desk.ts";
import { mailState } from "./mailbox.ts";
import { type ThreadMemory, threadState } from "./second_thread.ts";

type Thread = new (url: URL, options: { readonly workerData: ThreadMemory }) => object;

testUnless(noThread, "a thread that ends in a task is left, and its core is free", async () => {
  const { Worker } = builtin<{ Worker: Thread }>("node:worker_threads") ?? {};
  assert(Worker);
  const memories: ThreadMemory[] = [];
  class Ending extends Worker {
    constructor(_: URL, options: { readonly workerData: ThreadMemory }) {
      super(new URL("../testing/ending_program.ts", import.meta.url), options);
      memories.push(options.workerData);
    }
  }
  const desk = desks.step;
  const message = { agent: 1, setup: "{", numbers: [], inputs: [tensor(1)], kept: [] };
  const post = () => desk.post(message, { numbers: () => [] });
  limitThreads(2);
  await withBuiltin("node:worker_threads", { Worker: Ending }, () => {
    desk.computeHere(() => {
      const start = performance.now();
      while (performance.now() < start + 260); // so that a thread is worth it
      return [];
    });
    assert(!post()); // it only starts
  });
  const [{ words, mailboxes }] = memories;
  const [thread, mailbox] = [words, mailboxes.step.words].map((words) => new Int32Array(words));
  const end = performance.now() + 120_000;
  const until = async (words: Int32Array, state: number) => {
    while (Atomics.load(words, 0) !== state && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assertEquals(Atomics.load(words, 0), state);
  };
  await until(thread, threadState.running);
  assert(post());
  await until(mailbox, mailState.begun);
  for (let i = 0; i < 1000; i++) assert(!post());
  assertEquals(thread[0], threadState.running); // it may be late
  post();
  post();
  assertEquals(thread[0], threadState.stopped);
  limitThreads(1);
});
