// What all threads share: memories, and slots for the calls that they do there.
import type { Executable, KernelCall } from "./executable.ts";
import { mostPages, pageBytes } from "./runtime.ts";
import { codeAt, headWords, looks, slotCount, slotState, slotWords } from "./worker_source.ts";

/** The most calls that threads do together. */
export const mostClaims: number = slotCount;

/** Bytes for the code of an executable. */
const codeBytes = 1 << 18;

/** Memories that are laid out as this thread's, for the jobs of workers. */
const mostJobMemories = 6;

/** Tells the processor that a thread waits, where the runtime can. */
const { pause } = Atomics as { readonly pause?: () => void };

/** A memory that threads share. */
class SharedMemory {
  readonly memory = new WebAssembly.Memory({ initial: 32, maximum: mostPages, shared: true });
  floats = new Float32Array(this.memory.buffer);
  /** Its place among the memories that workers know. */
  readonly place: number;

  constructor(place: number) {
    this.place = place;
  }

  reserve(bytes: number): void {
    const missing = bytes - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    this.memory.grow(Math.ceil(missing / pageBytes));
    this.floats = new Float32Array(this.memory.buffer);
  }
}

export type { SharedMemory };

/** The calls that threads do together, each in a slot until a thread claims it. */
class CommonCalls {
  /** See `headWords` and `slotWords`; then code. */
  readonly words = new Int32Array(new SharedArrayBuffer(4 * codeAt + codeBytes));
  /** The memory of products, then those of jobs. */
  readonly memories = Array.from({ length: 1 + mostJobMemories }, (_, i) => new SharedMemory(i));

  /** Whether no thread is at a call: one that is late may still write to its memory. */
  get areOver(): boolean {
    for (let i = 0; i < slotCount; i++) if (this.state(i) === slotState.busy) return false;
    return true;
  }

  /** One of `slotState`. */
  state(slot: number): number {
    return Atomics.load(this.words, headWords + slot * slotWords);
  }

  /** Makes the code of the calls known that follow, when others are over. */
  use({ id, bytes }: Executable): void {
    if (this.words[1] === id) return;
    new Uint8Array(this.words.buffer).set(bytes, 4 * codeAt);
    this.words[1] = id;
    this.words[2] = bytes.length;
  }

  post(slot: number, { place }: SharedMemory, { fn, args }: KernelCall): void {
    const at = headWords + slot * slotWords;
    this.words.set([place, fn, args.length, ...args], at + 1);
    Atomics.store(this.words, at, slotState.posted);
    this.wake();
  }

  /** Lets workers look for calls, and whether they are stopped. */
  wake(): void {
    Atomics.add(this.words, 0, 1);
    Atomics.notify(this.words, 0);
  }

  /** Takes back a call that no worker has begun; false if one has. */
  takeBack(slot: number): boolean {
    const { posted, free } = slotState;
    const at = headWords + slot * slotWords;
    return Atomics.compareExchange(this.words, at, posted, free) === posted;
  }

  /** Waits until a call is over, or for so many milliseconds. False if it is not. */
  wait(slot: number, patience: number): boolean {
    const isOver = () => this.state(slot) !== slotState.busy;
    for (let look = pause ? looks.paused : looks.unpaused; look > 0; look--) {
      if (isOver()) return true;
      pause?.();
    }
    const end = performance.now() + patience;
    while (!isOver() && performance.now() < end) {
      try {
        Atomics.wait(this.words, headWords + slot * slotWords, slotState.busy, patience);
      } catch { /* A page's main thread must not sleep. */ }
    }
    return isOver();
  }
}

let calls: CommonCalls | undefined;

export function commonCalls(): CommonCalls {
  return calls ??= new CommonCalls();
}

/** The memory in which this thread and workers do the calls of one product together. */
export function commonMemory(): SharedMemory {
  return commonCalls().memories[0];
}

/** Memories for the jobs of so many workers: while they work on one, the other is filled. */
export function jobMemories(workers: number): readonly SharedMemory[] {
  return workers === 0 ? [] : commonCalls().memories.slice(1, 1 + 2 * workers);
}

/** Whether nobody writes to the common memory. */
export function isCommonFree(): boolean {
  return commonCalls().areOver;
}

/** Whether workers can do jobs of these bytes now. */
export function fitsCommon(executable: Executable, bytes: number): boolean {
  return isCommonFree() && executable.bytes.length <= codeBytes && bytes <= mostPages * pageBytes;
}
