import type { Executable, KernelCall } from "./executable.ts";
import { mostPages, pageBytes } from "./runtime.ts";
import { callWords, headWords, looks, mailboxState } from "./worker_source.ts";

/** Bytes of a mailbox for the code of an executable that its worker hasn't got. */
const codeBytes = 1 << 18;

/** Tells the processor that a thread waits, where the runtime can. */
const { pause } = Atomics as { readonly pause?: () => void };

/** The states of a mailbox whose job is not over. */
const taken: readonly number[] = [mailboxState.full, mailboxState.busy];

/** Holds a job on its way to a worker and back: memory laid out as this thread's, and calls. */
export class Mailbox {
  /** See `mailboxState`, `headWords` and `callWords`; then code. */
  readonly words = new Int32Array(new SharedArrayBuffer(4 * (headWords + callWords) + codeBytes));
  readonly memory = new WebAssembly.Memory({ initial: 16, maximum: mostPages, shared: true });
  floats = new Float32Array(this.memory.buffer);
  /** The job that is here and awaited. */
  job: number | undefined;

  constructor() {
    this.words[0] = mailboxState.starting;
  }

  /** One of `mailboxState`. */
  get state(): number {
    return Atomics.load(this.words, 0);
  }

  reserve(bytes: number): void {
    const missing = bytes - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    this.memory.grow(Math.ceil(missing / pageBytes));
    this.floats = new Float32Array(this.memory.buffer);
  }

  /** Whether a worker has a job to do here, or does it. */
  get isFull(): boolean {
    return taken.includes(this.state);
  }

  /** Whether the last job came with code. */
  get hasCode(): boolean {
    return this.words[2] > 0;
  }

  /**
   * Hands a job over, with the executable's code where that is new to the worker. Calls without a
   * job are done in the common memory, by all threads.
   */
  post(
    job: number | undefined,
    executable: Executable,
    isNew: boolean,
    calls: readonly KernelCall[],
  ): void {
    const { words } = this;
    if (isNew) new Uint8Array(words.buffer).set(executable.bytes, 4 * (headWords + callWords));
    words[1] = executable.id;
    words[2] = isNew ? executable.bytes.length : 0;
    words[3] = calls.length;
    words[4] = Number(job === undefined);
    let at = headWords;
    for (const { fn, args } of calls) {
      words[at++] = fn;
      words[at++] = args.length;
      words.set(args, at);
      at += args.length;
    }
    this.job = job;
    this.#tell(mailboxState.full);
  }

  stop(): void {
    this.#tell(mailboxState.stop);
  }

  #tell(state: number): void {
    Atomics.store(this.words, 0, state);
    Atomics.notify(this.words, 0);
  }

  /** Takes back a job that its worker has not begun; false if it has. */
  takeBack(): boolean {
    const { full, free } = mailboxState;
    return Atomics.compareExchange(this.words, 0, full, free) === full;
  }

  /** Frees the mailbox of a job that is done. */
  clear(): void {
    this.job = undefined;
    Atomics.store(this.words, 0, mailboxState.free);
  }

  /** Waits until its job is over, or for so many milliseconds. */
  wait(patience: number): void {
    const { words } = this;
    const most = pause ? looks.paused : looks.unpaused;
    for (let look = 0; look < most; look++) {
      if (!this.isFull) return;
      pause?.();
    }
    const end = performance.now() + patience;
    while (this.isFull && performance.now() < end) {
      try {
        // It may be done by now: only a state that is waited for makes this thread sleep.
        for (const state of taken) Atomics.wait(words, 0, state, patience);
      } catch { /* A page's main thread must not sleep. */ }
    }
  }
}

export function fitsMailbox(executable: Executable, bytes: number): boolean {
  return executable.bytes.length <= codeBytes && bytes <= mostPages * pageBytes;
}
