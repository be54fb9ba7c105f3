import { commonMemory } from "./common_memory.ts";
import type { Executable, KernelCall } from "./executable.ts";
import { Mailbox } from "./mailbox.ts";
import { builtin, type WorkerThreads } from "./runtime.ts";
import { executableSlots, mailboxState, workerSource } from "./worker_source.ts";

/**
 * Starts a thread with these mailboxes. It does not keep the process alive.
 *
 * @param onError Called if the thread fails or can't start, such as by a page's policy.
 */
function startWorker(
  mailboxes: readonly Mailbox[],
  onError: () => void,
): Pick<Worker, "terminate"> {
  const { memory, claims } = commonMemory();
  const data = {
    mailboxes: mailboxes.map(({ words, memory }) => ({ words, memory })),
    common: { memory, claims },
  };
  const threads = builtin<WorkerThreads>("node:worker_threads");
  if (threads !== undefined) {
    const options = { eval: true, execArgv: [], workerData: data };
    const worker = new threads.Worker(workerSource.node, options);
    worker.on("error", onError);
    worker.unref();
    return worker;
  }
  const script = new Blob([workerSource.web], { type: "text/javascript" });
  const worker = new Worker(URL.createObjectURL(script));
  worker.onerror = (event) => {
    event.preventDefault();
    onError();
  };
  worker.postMessage(data);
  return worker;
}

/** Mailboxes of calls in the common memory: while they are full, workers may write to it. */
const writers = new Set<Mailbox>();

/** Whether nobody writes to the common memory. */
export function isCommonFree(): boolean {
  for (const mailbox of writers) if (!mailbox.isFull) writers.delete(mailbox);
  return writers.size === 0;
}

/** A thread with two mailboxes: while it works on one, the other is emptied and filled. */
export class PooledWorker {
  /** It takes them in turn. */
  readonly mailboxes: readonly Mailbox[] = [new Mailbox(), new Mailbox()];
  readonly #worker: Pick<Worker, "terminate">;
  readonly #known: number[] = [];
  #next = 0;
  /** The thread could not start, or has ended by an error. */
  hasFailed = false;

  constructor() {
    this.#worker = startWorker(this.mailboxes, () => this.hasFailed = true);
  }

  /** The thread runs, and none of its jobs has failed. */
  get isReady(): boolean {
    return !this.hasFailed && this.mailboxes.every(({ state }) => state <= mailboxState.done);
  }

  /** The mailbox to be filled next, if it is free. */
  get free(): Mailbox | undefined {
    const mailbox = this.mailboxes[this.#next];
    // A job that is no longer awaited may be done by now.
    if (mailbox.job === undefined && mailbox.state === mailboxState.done) mailbox.clear();
    return mailbox.state === mailboxState.free ? mailbox : undefined;
  }

  get isIdle(): boolean {
    return this.mailboxes.every((m) => m.job === undefined);
  }

  /** Hands a job over whose data are in the free mailbox; without a job see `Mailbox.post`. */
  post(job: number | undefined, executable: Executable, calls: readonly KernelCall[]): void {
    const { id } = executable;
    const slot = id % executableSlots;
    const mailbox = this.mailboxes[this.#next];
    // From now on, since an error may keep the caller from `finish`.
    if (job === undefined) writers.add(mailbox);
    mailbox.post(job, executable, this.#known[slot] !== id, calls);
    this.#known[slot] = id;
    this.#next = 1 - this.#next;
  }

  /** Takes the last calls back, or waits so long for their end. False if they are not done. */
  finish(patience: number): boolean {
    const last = this.mailboxes[1 - this.#next];
    if (last.takeBack()) {
      this.#next = 1 - this.#next; // where the worker looks
      if (last.hasCode) this.#known.length = 0; // which it has not seen
      return true;
    }
    last.wait(patience);
    return last.state === mailboxState.done;
  }

  stop(): void {
    // Not every engine wakes a worker that it terminates.
    for (const mailbox of this.mailboxes) {
      if (mailbox.takeBack() || !mailbox.isFull) mailbox.stop();
    }
    // One that writes to the common memory ends when it is through, so that others see that.
    if (!this.mailboxes.some((m) => m.isFull && writers.has(m))) this.#worker.terminate();
  }
}
