import process from "node:process";

/** The signals that end a run, and the exit status after each. */
const statuses = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

type Signal = keyof typeof statuses;

/** Notes the reasons to stop a run: signals, and an output that nobody reads any more. */
export class StopSignals {
  #status: number | undefined;
  readonly #controller = new AbortController();
  readonly #listeners: (readonly [Signal, () => void])[] = [];

  /** Listens from now on. */
  constructor() {
    for (const [signal, status] of Object.entries(statuses) as [Signal, number][]) {
      const listener = () => this.stop(status);
      try {
        process.on(signal, listener);
        this.#listeners.push([signal, listener]);
      } catch {
        // Windows has not all of them.
      }
    }
  }

  /** The exit status of the first reason; undefined if the run may go on. */
  get status(): number | undefined {
    return this.#status;
  }

  /** Aborted with the first reason: a `signal` for `trainer`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Notes a reason by its exit status. */
  stop(status: number): void {
    this.#status ??= status;
    this.#controller.abort();
  }

  /** Listens no more. */
  close(): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
  }
}
