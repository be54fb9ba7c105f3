import { assert, assertEquals } from "@std/assert";
import { builtin, limitThreads } from "@spikeloop/cpu";
import { testUnless } from "@spikeloop/dev";
import { withBuiltin } from "@spikeloop/dev/testing";
import { tensor } from "@spikeloop/tensor";
import { noThread } from "../testing/lagging_program.ts";
import { desks } from "./desk.ts";
import { mailState } from "./mailbox.ts";
import { type ThreadMemory, threadState } from "./second_thread.ts";

type Options = { readonly workerData: ThreadMemory };
type Thread = new (url: URL, options: Options) => { terminate(): Promise<number> };

testUnless(noThread, "a thread that ends in a task is left, and its core is free", async () => {
  const { Worker } = builtin<{ Worker: Thread }>("node:worker_threads") ?? {};
  assert(Worker);
  const threads: InstanceType<Thread>[] = [];
  const memories: ThreadMemory[] = [];
  class Watched extends Worker {
    constructor(url: URL, options: Options) {
      super(url, options);
      threads.push(this);
      memories.push(options.workerData);
    }
  }
  const desk = desks.step;
  const message = { agent: 1, setup: "{", numbers: [], inputs: [tensor(1)], kept: [] };
  const post = () => desk.post(message, { numbers: () => [] });
  /** The state of the thread, and of its mailbox. */
  const states = () =>
    [memories[0].words, memories[0].mailboxes.step.words]
      .map((words) => new Int32Array(words));
  limitThreads(2);
  await withBuiltin("node:worker_threads", { Worker: Watched }, async () => {
    const end = performance.now() + 120_000;
    desk.computeHere(() => {
      const start = performance.now();
      while (performance.now() < start + 260); // so that a thread is worth it
      return [];
    });
    post();
    while (states()[0][0] === threadState.starting && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  });
  await threads[0].terminate();
  assert(post());
  const [thread, mailbox] = states();
  assertEquals(thread[0], threadState.running);
  assertEquals(mailbox[0], mailState.posted);
  mailbox[0] = mailState.begun; // as the thread would have before its end
  for (let i = 0; i < 1000; i++) assert(!post());
  assertEquals(thread[0], threadState.running); // it may be late
  post();
  post();
  assertEquals(thread[0], threadState.stopped);
  limitThreads(1);
});
