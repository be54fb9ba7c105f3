// A thread that computes a step of an actor while this one goes on.
import { hostArray } from "@spikeloop/backend";
import { builtin } from "@spikeloop/cpu";
import type { Tensor } from "@spikeloop/tensor";
import { Exchange, type ExchangeMemory } from "./exchange.ts";

/** The states of the thread. A task is `refused` where the thread cannot compute it. */
export const threadState = {
  starting: 0,
  idle: 1,
  posted: 2,
  done: 3,
  refused: 4,
  failed: 5,
  stopped: 6,
} as const;

/** The memory that both threads see. */
export interface ThreadMemory {
  /** The state, the number of the agent, and the bytes of its setup. */
  readonly words: SharedArrayBuffer;
  /** The step of the optimizer, its learning rate, and the milliseconds of the last task. */
  readonly numbers: SharedArrayBuffer;
  /** The agent as JSON. */
  readonly setup: SharedArrayBuffer;
  readonly inputs: ExchangeMemory;
  readonly outputs: ExchangeMemory;
}

/** A step of an actor for the other thread. */
export interface StepTask {
  /** The number of the agent, and the agent as JSON. */
  readonly agent: number;
  readonly setup: string;
  readonly step: number;
  readonly rate: number;
  readonly inputs: readonly Tensor[];
  /** The first tensors of the result: the thread keeps its own of them. */
  readonly kept: readonly Tensor[];
}

/** Bytes for the setup of an agent. */
const setupBytes = 1 << 16;

/** How often a thread that waits looks before it looks at the clock. */
const looks = 1000;

interface WorkerThreads {
  readonly Worker: new (url: URL, options: object) => {
    unref(): void;
    on(event: "error", listener: () => void): void;
  };
}

interface Runtime {
  readonly Deno?: {
    readonly permissions: {
      querySync(descriptor: object): { readonly state: string; readonly partial: boolean };
    };
  };
}

const { Deno } = globalThis as Runtime;

/** The program of the thread, beside this file; undefined in a bundle, which is another file. */
function findProgram(): URL | undefined {
  const own = import.meta.url;
  const [, extension] = /\/second_thread\/second_thread(\.[jt]s)$/.exec(own) ?? [];
  if (extension === undefined) return undefined;
  const program = new URL(`./second_thread_program${extension}`, own);
  return mayRead(program) && exists(program) ? program : undefined;
}

/** Whether Deno may read a program, and all of the library with it, without asking the user. */
function mayRead(program: URL): boolean {
  if (Deno === undefined) return true;
  const wish = program.protocol === "file:"
    ? { name: "read", path: new URL("../..", program) }
    : { name: "import", host: program.host };
  const { state, partial } = Deno.permissions.querySync(wish);
  return state === "granted" && !partial;
}

/** Whether there is a program: an executable file may have been made without it. */
function exists(program: URL): boolean {
  const files = builtin<{ existsSync(path: URL): boolean }>("node:fs");
  return program.protocol !== "file:" || files?.existsSync(program) === true;
}

/** A thread, which does not keep the process alive. */
export class SecondThread {
  readonly #words = new Int32Array(new SharedArrayBuffer(12));
  readonly #numbers = new Float64Array(new SharedArrayBuffer(24));
  readonly #setup = new Uint8Array(new SharedArrayBuffer(setupBytes));
  readonly #inputs = new Exchange();
  readonly #outputs = new Exchange();

  constructor({ Worker }: WorkerThreads, program: URL) {
    const memory: ThreadMemory = {
      words: this.#words.buffer as SharedArrayBuffer,
      numbers: this.#numbers.buffer as SharedArrayBuffer,
      setup: this.#setup.buffer as SharedArrayBuffer,
      inputs: this.#inputs.memory,
      outputs: this.#outputs.memory,
    };
    // Deno asks the user before a thread may read the environment.
    const environment = Deno && { env: {} };
    const worker = new Worker(program, { ...environment, execArgv: [], workerData: memory });
    worker.on("error", () => Atomics.store(this.#words, 0, threadState.failed));
    worker.unref();
  }

  /** Milliseconds that the last task has taken; 0 before there was one. */
  get took(): number {
    return this.#numbers[2];
  }

  get state(): number {
    return Atomics.load(this.#words, 0);
  }

  #become(state: number): void {
    Atomics.store(this.#words, 0, state);
    Atomics.notify(this.#words, 0);
  }

  stop(): void {
    this.#become(threadState.stopped);
  }

  /** Posts a task for the thread, which must have none; false where it doesn't fit. */
  post({ agent, setup, step, rate, inputs, kept }: StepTask): boolean {
    if (this.#words[1] !== agent) {
      const { read, written } = new TextEncoder().encodeInto(setup, this.#setup);
      if (read < setup.length) return false;
      this.#words.set([agent, written], 1);
      this.#inputs.keep([]);
    }
    if (!this.#inputs.send(inputs)) return false;
    this.#inputs.keep(kept);
    this.#numbers.set([step, rate]);
    this.#become(threadState.posted);
    return true;
  }

  /** The results of a task, waited for at most so many milliseconds; undefined without any. */
  take(patience: number): readonly Float32Array[] | undefined {
    const { pause } = Atomics as { readonly pause?: () => void };
    const end = performance.now() + patience;
    const isAtWork = () => this.state === threadState.posted;
    while (isAtWork() && performance.now() < end) {
      for (let look = 0; look < looks && isAtWork(); look++) pause?.();
    }
    if (this.state !== threadState.done) return undefined;
    return this.#outputs.receive().map(({ storage }) => hostArray(storage));
  }
}

/** Starts the thread; undefined where there can be none. */
export function startSecondThread(): SecondThread | undefined {
  const threads = builtin<WorkerThreads>("node:worker_threads");
  const program = findProgram();
  if (threads === undefined || program === undefined) return undefined;
  try {
    return new SecondThread(threads, program);
  } catch {
    return undefined; // not allowed here
  }
}
