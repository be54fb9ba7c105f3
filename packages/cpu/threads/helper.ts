import { Desk } from "./desk.ts";
import type { Call, SharedKernel } from "./shared_kernel.ts";
import { type StartedWorker, startWorker } from "./start_worker.ts";
import { deskState } from "./worker_source.ts";

/** A thread with two desks: while it works at one, the other is cleared and filled. */
export class Helper {
  /** It takes them in turn. */
  readonly desks: readonly Desk[] = [new Desk(), new Desk()];
  readonly #worker: StartedWorker;
  readonly #known = new Set<number>();
  #turn = 0;

  /** Starts a thread, which is of use once it is ready. */
  constructor() {
    this.#worker = startWorker(this.desks.map((d) => d.handle));
  }

  /** The thread runs, and nothing it did has failed. */
  get isReady(): boolean {
    return this.desks.every(({ state }) => state <= deskState.done);
  }

  /** The desk to be filled next, if it is free. */
  get free(): Desk | undefined {
    const desk = this.desks[this.#turn];
    // A job that is no longer awaited may be done by now.
    if (desk.job === undefined && desk.state === deskState.done) desk.clear();
    return desk.state === deskState.free ? desk : undefined;
  }

  /** It has nothing to do. */
  get isIdle(): boolean {
    return this.desks.every((d) => d.job === undefined);
  }

  /** Hands the job over whose data lie on the free desk. */
  post(job: number, kernel: SharedKernel, calls: readonly Call[]): void {
    this.desks[this.#turn].post(job, kernel, !this.#known.has(kernel.id), calls);
    this.#known.add(kernel.id);
    this.#turn = (this.#turn + 1) % this.desks.length;
  }

  /** Ends the thread. */
  stop(): void {
    for (const desk of this.desks) desk.stop(); // not every engine wakes what it terminates
    this.#worker.terminate();
  }
}
