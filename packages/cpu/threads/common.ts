// Shared by all threads: memories, and slots for the calls that they do there.
import type { Executable, KernelCall } from "./executable.ts";
import { mostPages, pageBytes } from "./runtime.ts";
import { codeAt, headWords, looks, slotCount, slotState, slotWords } from "./worker_source.ts";

/** Bytes for the code of an executable. */
const codeBytes = 1 << 18;

/** Memories for jobs, two for each of three workers: more workers couldn't be kept busy. */
const jobMemories = 6;

/** Tells the processor that a thread waits, where the runtime can. */
const { pause } = Atomics as { readonly pause?: () => void };

/** A memory that threads share. */
export class SharedMemory {
  readonly memory = new WebAssembly.Memory({ initial: 32, maximum: mostPages, shared: true });
  floats = new Float32Array(this.memory.buffer);

  reserve(bytes: number): void {
    const missing = bytes - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    this.memory.grow(Math.ceil(missing / pageBytes));
    this.floats = new Float32Array(this.memory.buffer);
  }
}

const stateAt = (slot: number) => headWords + slot * slotWords;

/** The memories and the calls of all threads. A call waits in a slot until a thread claims it. */
class Common {
  /** See `headWords` and `slotWords`; then code. */
  readonly words = new Int32Array(new SharedArrayBuffer(4 * codeAt + codeBytes));
  /** The memory of products, then those of jobs. */
  readonly memories = Array.from({ length: 1 + jobMemories }, () => new SharedMemory());
  /** The memory in which all threads compute a product. */
  readonly memory: SharedMemory = this.memories[0];

  /** Memories for the jobs of so many workers: while they work in one, the other is filled. */
  forJobs(workers: number): readonly SharedMemory[] {
    return this.memories.slice(1, 1 + 2 * workers);
  }

  /** Whether no worker is at a call: one that is late may still write to its memory. */
  get isFree(): boolean {
    for (let i = 0; i < slotCount; i++) if (this.state(i) === slotState.busy) return false;
    return true;
  }

  /** Whether so many workers can do jobs of these bytes now; it makes room for them. */
  fits(executable: Executable, bytes: number, workers: number): boolean {
    try {
      for (const memory of this.forJobs(workers)) memory.reserve(bytes);
      return this.isFree && executable.bytes.length <= codeBytes;
    } catch { /* No memory grows so far. */ }
    return false;
  }

  /** Brings the code of the calls that follow. No other may be under way. */
  use({ id, bytes }: Executable): void {
    if (this.words[1] === id) return;
    new Uint8Array(this.words.buffer).set(bytes, 4 * codeAt);
    this.words[1] = id;
    this.words[2] = bytes.length;
  }

  post(slot: number, memory: SharedMemory, { fn, args }: KernelCall): void {
    const place = this.memories.indexOf(memory);
    this.words.set([place, fn, args.length, ...args], stateAt(slot) + 1);
    Atomics.store(this.words, stateAt(slot), slotState.posted);
    this.wake();
  }

  /** Lets workers look for calls, and whether they are to end. */
  wake(): void {
    Atomics.add(this.words, 0, 1);
    Atomics.notify(this.words, 0);
  }

  /** One of `slotState`. */
  state(slot: number): number {
    return Atomics.load(this.words, stateAt(slot));
  }

  /** Takes back a call that no worker has begun; false if one has. */
  takeBack(slot: number): boolean {
    const { posted, free } = slotState;
    return Atomics.compareExchange(this.words, stateAt(slot), posted, free) === posted;
  }

  /** Waits until a call that a worker has begun is over, or for so many milliseconds. */
  wait(slot: number, patience: number): void {
    const isBusy = () => this.state(slot) === slotState.busy;
    for (let look = pause ? looks.paused : looks.unpaused; look > 0 && isBusy(); look--) pause?.();
    const end = performance.now() + patience;
    while (isBusy() && performance.now() < end) {
      try {
        Atomics.wait(this.words, stateAt(slot), slotState.busy, patience);
      } catch { /* A page's main thread must not sleep. */ }
    }
  }
}

let shared: Common | undefined;

/** The memories and calls, made when they are first needed. */
export function common(): Common {
  return shared ??= new Common();
}
