import { type Executable, type KernelCall, mostPages, pageBytes } from "./executable.ts";
import { callWords, headWords, mailboxState } from "./worker_source.ts";

/** Bytes of a mailbox for the code of an executable that its worker hasn't got. */
const codeBytes = 1 << 18;

/** The shared memory that the worker gets. */
export interface MailboxHandle {
  /** See `mailboxState`, `headWords` and `callWords`; then code. */
  readonly words: Int32Array;
  /** The memory that kernels work in. */
  readonly memory: WebAssembly.Memory;
}

/** Holds a job on its way to a worker and back: memory laid out as this thread's, and calls. */
export class Mailbox {
  /** The part that is passed to the worker. */
  readonly handle: MailboxHandle;
  /** All of the memory. */
  floats: Float32Array;
  /** The job that is here and awaited. */
  job: number | undefined;

  /** An empty mailbox of a worker that is starting. */
  constructor() {
    const memory = new WebAssembly.Memory({ initial: 16, maximum: mostPages, shared: true });
    const words = new Int32Array(new SharedArrayBuffer(4 * (headWords + callWords) + codeBytes));
    words[0] = mailboxState.starting;
    this.handle = { words, memory };
    this.floats = new Float32Array(memory.buffer);
  }

  /** One of `mailboxState`. */
  get state(): number {
    return Atomics.load(this.handle.words, 0);
  }

  /** Grows the memory to so many bytes. */
  reserve(bytes: number): void {
    const { memory } = this.handle;
    const missing = bytes - memory.buffer.byteLength;
    if (missing <= 0) return;
    memory.grow(Math.ceil(missing / pageBytes));
    this.floats = new Float32Array(memory.buffer);
  }

  /** Hands a job over, with the executable's code where that is new to the worker. */
  post(job: number, executable: Executable, isNew: boolean, calls: readonly KernelCall[]): void {
    const { words } = this.handle;
    if (isNew) new Uint8Array(words.buffer).set(executable.bytes, 4 * (headWords + callWords));
    words[1] = executable.id;
    words[2] = isNew ? executable.bytes.length : 0;
    words[3] = calls.length;
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

  /** Tells the worker to end. */
  stop(): void {
    this.#tell(mailboxState.stop);
  }

  #tell(state: number): void {
    Atomics.store(this.handle.words, 0, state);
    Atomics.notify(this.handle.words, 0);
  }

  /** Frees the mailbox of a job that is done. */
  clear(): void {
    this.job = undefined;
    Atomics.store(this.handle.words, 0, mailboxState.free);
  }

  /** Waits until the job is over, or for so many milliseconds. */
  wait(patience: number): void {
    try {
      Atomics.wait(this.handle.words, 0, mailboxState.full, patience);
    } catch { // A page's main thread must not sleep.
      const end = performance.now() + patience;
      while (this.state === mailboxState.full && performance.now() < end);
    }
  }
}

/** Whether an executable and so much memory fit a mailbox. */
export function fitsMailbox(executable: Executable, bytes: number): boolean {
  return executable.bytes.length <= codeBytes && bytes <= mostPages * pageBytes;
}
