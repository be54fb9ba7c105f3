import { mostPages, pageBytes } from "./shared_kernel.ts";
import type { Call, SharedKernel } from "./shared_kernel.ts";
import { callWords, deskState, headWords } from "./worker_source.ts";

/** Bytes of a desk for the code of a kernel that its helper hasn't met. */
const codeBytes = 1 << 18;

/** What is passed to the helper. */
export interface DeskHandle {
  /** See `deskState`, `headWords` and `callWords`; then code. */
  readonly words: Int32Array;
  /** What kernels work in. */
  readonly memory: WebAssembly.Memory;
}

/** Where one job lies on its way to a helper and back: memory laid out as this thread's own, and a list of calls. */
export class Desk {
  /** What the helper has to know. */
  readonly handle: DeskHandle;
  /** All of the memory. */
  floats: Float32Array;
  /** What lies here and is awaited. */
  job: number | undefined;

  /** An empty desk of a helper that is starting. */
  constructor() {
    const memory = new WebAssembly.Memory({ initial: 16, maximum: mostPages, shared: true });
    const words = new Int32Array(new SharedArrayBuffer(4 * (headWords + callWords) + codeBytes));
    words[0] = deskState.starting;
    this.handle = { words, memory };
    this.floats = new Float32Array(memory.buffer);
  }

  /** One of `deskState`. */
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

  /** Hands a job over, the kernel's code with it where that is new to the helper. */
  post(job: number, kernel: SharedKernel, isNew: boolean, calls: readonly Call[]): void {
    const { words } = this.handle;
    if (isNew) new Uint8Array(words.buffer).set(kernel.bytes, 4 * (headWords + callWords));
    words[1] = kernel.id;
    words[2] = isNew ? kernel.bytes.length : 0;
    words[3] = calls.length;
    let at = headWords;
    for (const { fn, args } of calls) {
      words[at++] = fn;
      words[at++] = args.length;
      words.set(args, at);
      at += args.length;
    }
    this.job = job;
    this.#tell(deskState.full);
  }

  /** Sends the helper home. */
  stop(): void {
    this.#tell(deskState.stop);
  }

  #tell(state: number): void {
    Atomics.store(this.handle.words, 0, state);
    Atomics.notify(this.handle.words, 0);
  }

  /** Clears the desk of a job that is done. */
  clear(): void {
    this.job = undefined;
    Atomics.store(this.handle.words, 0, deskState.free);
  }

  /** Waits until the job is over, or for so many milliseconds. */
  wait(patience: number): void {
    try {
      Atomics.wait(this.handle.words, 0, deskState.full, patience);
    } catch { // A page's main thread must not sleep.
      const end = performance.now() + patience;
      while (this.state === deskState.full && performance.now() < end);
    }
  }
}

/** Whether a kernel, its calls and so much memory fit a desk. */
export function fitsDesk(kernel: SharedKernel, calls: readonly Call[], bytes: number): boolean {
  const words = calls.reduce((sum, { args }) => sum + 2 + args.length, 0);
  return words <= callWords && kernel.bytes.length <= codeBytes && bytes <= mostPages * pageBytes;
}
