import type { Executable, KernelCall } from "./executable.ts";
import { Mailbox } from "./mailbox.ts";
import { type StartedWorker, startWorker } from "./start_worker.ts";
import { keptExecutables, mailboxState } from "./worker_source.ts";

/**
 * A thread with two mailboxes: while it works on one job, the other mailbox is emptied and filled.
 */
export class PooledWorker {
  /** It takes them in turn. */
  readonly mailboxes: readonly Mailbox[] = [new Mailbox(), new Mailbox()];
  readonly #worker: StartedWorker;
  readonly #known: number[] = [];
  #next = 0;
  #hasFailed = false;

  /** Starts a thread, which takes jobs once it is ready. */
  constructor() {
    this.#worker = startWorker(this.mailboxes.map((m) => m.handle), () => this.#hasFailed = true);
  }

  /** The thread could not start, or has ended by an error. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** The thread runs, and none of its jobs has failed. */
  get isReady(): boolean {
    return !this.#hasFailed && this.mailboxes.every(({ state }) => state <= mailboxState.done);
  }

  /** The mailbox to be filled next, if it is free. */
  get free(): Mailbox | undefined {
    const mailbox = this.mailboxes[this.#next];
    // A job that is no longer awaited may be done by now.
    if (mailbox.job === undefined && mailbox.state === mailboxState.done) mailbox.clear();
    return mailbox.state === mailboxState.free ? mailbox : undefined;
  }

  /** It has nothing to do. */
  get isIdle(): boolean {
    return this.mailboxes.every((m) => m.job === undefined);
  }

  /** Hands the job over whose data are in the free mailbox. */
  post(job: number, executable: Executable, calls: readonly KernelCall[]): void {
    const { id } = executable;
    const slot = id % keptExecutables;
    this.mailboxes[this.#next].post(job, executable, this.#known[slot] !== id, calls);
    this.#known[slot] = id;
    this.#next = (this.#next + 1) % this.mailboxes.length;
  }

  /** Ends the thread. */
  stop(): void {
    // Not every engine wakes a worker that it terminates.
    for (const mailbox of this.mailboxes) mailbox.stop();
    this.#worker.terminate();
  }
}
