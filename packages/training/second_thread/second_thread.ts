// A thread that does tasks of training while this one goes on.
import { builtin } from "@spikeloop/cpu";
import { Mailbox, type MailboxMemory } from "./mailbox.ts";

/** The states of a thread. */
export const threadState = { starting: 0, running: 1, failed: 2, stopped: 3 } as const;

/** The kinds of tasks, each with a mailbox; the thread does the first that is posted. */
export const taskKinds = ["target", "step"] as const;
/** A kind of task: the target of a batch, or a step of an actor. */
export type TaskKind = typeof taskKinds[number];

/** The memory that both threads see. */
export interface ThreadMemory {
  /** The state of the thread, and a count that goes up when it has to look for tasks. */
  readonly words: SharedArrayBuffer;
  readonly mailboxes: Readonly<Record<TaskKind, MailboxMemory>>;
}

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
  const permission = program.protocol === "file:"
    ? { name: "read", path: new URL("../..", program) }
    : { name: "import", host: program.host };
  const { state, partial } = Deno.permissions.querySync(permission);
  return state === "granted" && !partial;
}

/** Whether there is a program: an executable file may have been made without it. */
function exists(program: URL): boolean {
  const files = builtin<{ existsSync(path: URL): boolean }>("node:fs");
  return program.protocol !== "file:" || files?.existsSync(program) === true;
}

/** A thread, which does not keep the process alive. */
export class SecondThread {
  readonly #words = new Int32Array(new SharedArrayBuffer(8));
  readonly #mailboxes: Readonly<Record<TaskKind, Mailbox>> = {
    target: new Mailbox(),
    step: new Mailbox(),
  };

  constructor({ Worker }: WorkerThreads, program: URL) {
    const { target, step } = this.#mailboxes;
    const memory: ThreadMemory = {
      words: this.#words.buffer as SharedArrayBuffer,
      mailboxes: { target: target.memory, step: step.memory },
    };
    // Deno asks the user before a thread may read the environment.
    const environment = Deno && { env: {} };
    const worker = new Worker(program, { ...environment, execArgv: [], workerData: memory });
    worker.on("error", () => Atomics.store(this.#words, 0, threadState.failed));
    worker.unref();
  }

  get isRunning(): boolean {
    return Atomics.load(this.#words, 0) === threadState.running;
  }

  get hasFailed(): boolean {
    return Atomics.load(this.#words, 0) === threadState.failed;
  }

  /** Whether it has a task. */
  get isAtWork(): boolean {
    return taskKinds.some((kind) => this.#mailboxes[kind].isTaken);
  }

  mailbox(kind: TaskKind): Mailbox {
    return this.#mailboxes[kind];
  }

  /** Lets the thread look for tasks. */
  wake(): void {
    Atomics.add(this.#words, 1, 1);
    Atomics.notify(this.#words, 1);
  }

  stop(): void {
    Atomics.store(this.#words, 0, threadState.stopped);
    this.wake();
  }
}

/** Starts the thread; undefined where there can be none. */
export function startSecondThread(): SecondThread | undefined {
  try {
    const threads = builtin<WorkerThreads>("node:worker_threads");
    const program = findProgram();
    return threads && program && new SecondThread(threads, program);
  } catch {
    return undefined; // not allowed here
  }
}
