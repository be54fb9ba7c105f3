// The program of a second thread: it does tasks of training, one after another.
import { workerData } from "node:worker_threads";
import { cpu, limitThreads } from "@spikeloop/cpu";
import { scoped } from "@spikeloop/tensor";
import { Mailbox, spin, type TaskRunner } from "./mailbox.ts";
import { taskKinds, type ThreadMemory, threadState } from "./second_thread.ts";
import { taskRunners } from "./tasks.ts";

/** Milliseconds to look for a task before the thread sleeps: it takes long to wake. */
const patience = 0.5;

function inScope({ own, run }: TaskRunner): TaskRunner {
  return { own, run: scoped(cpu, run) };
}

/** Does tasks until the thread is stopped. */
function serve(words: Int32Array, mailboxes: ThreadMemory["mailboxes"]): void {
  const workers = taskKinds.map((kind) =>
    new Mailbox(mailboxes[kind])
      .makeWorker((setup) => inScope(taskRunners[kind](JSON.parse(setup))))
  );
  limitThreads(1);
  Atomics.compareExchange(words, 0, threadState.starting, threadState.running);
  while (Atomics.load(words, 0) === threadState.running) {
    const count = Atomics.load(words, 1);
    if (workers.some((doTask) => doTask())) continue;
    const isQuiet = () => Atomics.load(words, 1) === count;
    spin(isQuiet, patience);
    if (isQuiet()) Atomics.wait(words, 1, count);
  }
}

const { words: shared, mailboxes } = workerData as ThreadMemory;
const words = new Int32Array(shared);
try {
  serve(words, mailboxes);
} catch {
  // Deno would print the error, and a training that never awaits would not hear of it.
  Atomics.store(words, 0, threadState.failed);
}
