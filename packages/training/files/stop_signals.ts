/** The signals that end a run, and the exit status after each. */
const statuses = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Notes the reasons to stop a run: signals, and an output that nobody reads any more. */
export class StopSignals {
  #status: number | undefined;
  readonly #controller = new AbortController();
  readonly #listeners: (readonly [Deno.Signal, () => void])[] = [];

  /** Listens from now on. */
  constructor() {
    for (const [signal, status] of Object.entries(statuses) as [Deno.Signal, number][]) {
      const listener = () => this.stop(status);
      try {
        Deno.addSignalListener(signal, listener);
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
    for (const [signal, listener] of this.#listeners) Deno.removeSignalListener(signal, listener);
  }
}

/** The exit status of a program whose output is closed: that of SIGPIPE. */
export const closedPipe = 141;

/**
 * Writes text to the standard output or error. A reader that has gone is a reason to stop; whatever
 * else fails there does no harm to the run.
 */
export function say(
  text: string,
  stop: StopSignals | undefined,
  output: { writeSync(bytes: Uint8Array): number } = Deno.stdout,
): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += output.writeSync(bytes.subarray(at));
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) stop?.stop(closedPipe);
  }
}
