// A place for one task at a time, in memory that two threads share.
import { hostArray } from "@spikeloop/backend";
import type { Tensor } from "@spikeloop/tensor";
import { Exchange, type ExchangeMemory } from "./exchange.ts";

/**
 * The states of a mailbox. A task is `posted` until the thread begins it, and `refused` where the
 * thread cannot compute it.
 */
export const mailState = { free: 0, posted: 1, begun: 2, done: 3, refused: 4 } as const;

/** Bytes for the setup of an agent. */
const setupBytes = 1 << 16;

/** The most numbers of a task that are no tensors. */
const mostNumbers = 2;

/** How often a thread that waits looks before it looks at the clock. */
const looks = 1000;

/** The memory of a mailbox, which both threads see. */
export interface MailboxMemory {
  /** The state, the number of the agent, and the bytes of its setup. */
  readonly words: SharedArrayBuffer;
  /** The milliseconds of the last task, and the numbers of the next. */
  readonly numbers: SharedArrayBuffer;
  /** The agent as JSON. */
  readonly setup: SharedArrayBuffer;
  readonly inputs: ExchangeMemory;
  readonly outputs: ExchangeMemory;
}

/** A task for the other thread, as tensors and numbers. */
export interface Message {
  /** The number of the agent, and the agent as JSON. */
  readonly agent: number;
  readonly setup: string;
  readonly numbers: readonly number[];
  readonly inputs: readonly Tensor[];
  /** The first tensors of the result: the thread keeps its own of them. */
  readonly kept: readonly Tensor[];
}

/** Computes tasks of an agent. */
export interface TaskRunner {
  /** How many tensors of the result the next inputs may begin with. */
  readonly own: number;
  run(inputs: readonly Tensor[], numbers: readonly number[]): readonly Tensor[];
}

/** Waits while a condition holds, at most so many milliseconds. */
export function spin(isWaiting: () => boolean, patience: number): void {
  const { pause } = Atomics as { readonly pause?: () => void };
  const end = performance.now() + patience;
  while (isWaiting() && performance.now() < end) {
    for (let look = 0; look < looks && isWaiting(); look++) pause?.();
  }
}

/** A mailbox. Each thread has one over the same memory. */
export class Mailbox {
  readonly memory: MailboxMemory;
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #setup: Uint8Array;
  readonly #inputs: Exchange;
  readonly #outputs: Exchange;

  /** @param memory That of the other thread's mailbox; new if missing. */
  constructor(memory?: MailboxMemory) {
    this.#inputs = new Exchange(memory?.inputs);
    this.#outputs = new Exchange(memory?.outputs);
    this.memory = memory ?? {
      words: new SharedArrayBuffer(12),
      numbers: new SharedArrayBuffer(8 * (1 + mostNumbers)),
      setup: new SharedArrayBuffer(setupBytes),
      inputs: this.#inputs.memory,
      outputs: this.#outputs.memory,
    };
    this.#words = new Int32Array(this.memory.words);
    this.#numbers = new Float64Array(this.memory.numbers);
    this.#setup = new Uint8Array(this.memory.setup);
  }

  get #state(): number {
    return Atomics.load(this.#words, 0);
  }

  /** Whether the thread has not begun its task. */
  get isPosted(): boolean {
    return this.#state === mailState.posted;
  }

  /** Whether a task is not done. */
  get isTaken(): boolean {
    return this.isPosted || this.#state === mailState.begun;
  }

  /** Whether the thread could not compute the last task. */
  get isRefused(): boolean {
    return this.#state === mailState.refused;
  }

  /** Milliseconds that the last task has taken; 0 before there was one. */
  get took(): number {
    return this.#numbers[0];
  }

  /** Writes a task into a mailbox that is not taken; false where it doesn't fit. */
  post({ agent, setup, numbers, inputs, kept }: Message): boolean {
    if (this.#words[1] !== agent) {
      const { read, written } = new TextEncoder().encodeInto(setup, this.#setup);
      if (read < setup.length) return false;
      this.#words.set([agent, written], 1);
      this.#inputs.keep([]);
    }
    if (!this.#inputs.send(inputs)) return false;
    this.#inputs.keep(kept);
    this.#numbers.set(numbers, 1);
    Atomics.store(this.#words, 0, mailState.posted);
    return true;
  }

  /** Takes back a task that the thread has not begun; false if it has. */
  takeBack(): boolean {
    if (!this.#change(mailState.posted, mailState.free)) return false;
    this.#inputs.keep([]);
    return true;
  }

  #change(from: number, to: number): boolean {
    return Atomics.compareExchange(this.#words, 0, from, to) === from;
  }

  /** The results of a task, for which it waits so many milliseconds; undefined without any. */
  take(patience: number): readonly Float32Array[] | undefined {
    spin(() => this.isTaken, patience);
    if (this.#state !== mailState.done) return undefined;
    return this.#outputs.receive().map(({ storage }) => hostArray(storage));
  }

  /** Makes the function by which the other thread does a task; it returns whether there was one. */
  makeWorker(make: (setup: string) => TaskRunner): () => boolean {
    let agent = 0;
    let runner: TaskRunner | undefined;
    const run = (): boolean => {
      if (this.#words[1] !== agent) {
        agent = this.#words[1];
        this.#inputs.keep([]);
        runner = make(new TextDecoder().decode(this.#setup.slice(0, this.#words[2])));
      }
      if (runner === undefined) return false;
      const start = performance.now();
      const [, ...numbers] = this.#numbers;
      const results = runner.run(this.#inputs.receive(), numbers);
      this.#inputs.keep(results.slice(0, runner.own));
      const isSent = this.#outputs.send(results);
      this.#numbers[0] = performance.now() - start;
      return isSent;
    };
    return () => {
      if (!this.#change(mailState.posted, mailState.begun)) return false;
      let isDone = false;
      try {
        isDone = run();
      } catch {
        runner = undefined;
      }
      Atomics.store(this.#words, 0, isDone ? mailState.done : mailState.refused);
      return true;
    };
  }
}
