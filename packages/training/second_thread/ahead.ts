// Tasks that another thread computes: their results are waited for when they are read.
import { hostArray, type HostStorage, sizeOf } from "@spikeloop/backend";
import { allowsThreads, cpu, leaveCore } from "@spikeloop/cpu";
import { Tensor } from "@spikeloop/tensor";
import type { Mailbox } from "./mailbox.ts";
import { type SecondThread, startSecondThread, type TaskKind, taskKinds } from "./second_thread.ts";

/** Milliseconds of tasks before the thread is started, which takes about as long. */
const worthStarting = 250;

/** How long to wait for a task: milliseconds, and times what one took here. */
const patience = { least: 1, times: 2 } as const;

/**
 * The thread is slow as long as its code is new. Until a task there takes less than `times` what
 * one takes here, or for `most` tasks, nobody waits for it: this thread computes what is not there.
 */
const warmUp = { times: 1.5, most: 400 } as const;

/** Losses in a row that are borne after that. */
const borneLosses = 8;

/** Doublings of the number of tasks without the thread after more losses. */
const mostDoublings = 6;

type Numbers = readonly Float32Array[];

let thread: SecondThread | undefined;
let isBroken = false;
/** Whether products and time loops know that the thread may be at work. */
let isKnown = false;
/** Milliseconds of tasks here before the thread was started. */
let spent = 0;
let agents = 0;

/** Whether there can be the thread, which has nothing to do with the tasks of one kind. */
function startedThread(): SecondThread | undefined {
  if (!allowsThreads() || thread?.hasFailed) {
    isBroken ||= thread?.hasFailed === true;
    thread?.stop();
    thread = undefined;
    for (const kind of taskKinds) desks[kind].current = undefined;
    return undefined;
  }
  if (thread === undefined) {
    if (isBroken || spent < worthStarting) return undefined;
    spent = 0;
    for (const kind of taskKinds) desks[kind].had = 0;
    thread = startSecondThread();
    isBroken = thread === undefined;
    if (!isKnown) leaveCore(() => thread?.isAtWork === true);
    isKnown = true;
  }
  return thread;
}

/** The tasks of one kind, of all agents. */
class Desk {
  readonly kind: TaskKind;
  /** The task that the thread has, or whose results nobody has taken. */
  current: Ahead | undefined;
  /** Tasks that the thread has had. */
  had = 0;
  /** Tasks of the thread whose results have been used. */
  used = 0;
  /** Milliseconds of the last task here. */
  took = 0;
  /** Tasks in a row that the thread has not made faster, and tasks to be done without it. */
  #losses = 0;
  #resting = 0;

  constructor(kind: TaskKind) {
    this.kind = kind;
  }

  /** Whether a task is to be done without the thread, which is counted. */
  get rests(): boolean {
    if (this.#resting === 0) return false;
    this.#resting--;
    return true;
  }

  /** The mailbox, if the thread may be used, and has no task of this kind. */
  freeMailbox(): Mailbox | undefined {
    const thread = startedThread();
    if (thread === undefined) return undefined;
    this.current?.numbers(); // before others take their place
    const mailbox = thread.mailbox(this.kind);
    return thread.isRunning && !mailbox.isTaken ? mailbox : undefined;
  }

  /** Notes whether the thread has made a task faster, and rests where it has not. */
  adapt(isFaster: boolean): void {
    this.#losses = isFaster ? 0 : Math.min(this.#losses + 1, borneLosses + mostDoublings);
    this.#resting = this.#losses > borneLosses ? 2 ** (this.#losses - borneLosses) : 0;
  }

  /** Computes a task here. */
  computeHere(compute: () => readonly Tensor[]): readonly Tensor[] {
    const start = performance.now();
    const tensors = compute();
    this.took = performance.now() - start;
    spent += this.took;
    return tensors;
  }

  /** Whether the thread could not compute its last task. */
  get isRefused(): boolean {
    return thread?.mailbox(this.kind).isRefused === true;
  }

  /**
   * The results of the thread for its task, if they are there in time. What the thread has not
   * begun it does not do any more.
   */
  results(): Numbers | undefined {
    if (thread === undefined) return undefined;
    const mailbox = thread.mailbox(this.kind);
    const { took } = this;
    const isWarm = mailbox.took > 0 && mailbox.took < warmUp.times * took ||
      this.had > warmUp.most;
    const start = performance.now();
    let results: Numbers | undefined;
    if (!mailbox.takeBack()) {
      // It is late: its next task is better done here than waited for.
      const isLate = (kind: TaskKind) => mailbox.isTaken && thread?.mailbox(kind).isPosted === true;
      for (const kind of taskKinds) if (isLate(kind)) desks[kind].current?.numbers();
      results = mailbox.take(isWarm ? patience.least + patience.times * took : 0);
    }
    if (isWarm) this.adapt(results !== undefined && performance.now() - start < took);
    else this.had++;
    return results;
  }
}

const desks: Readonly<Record<TaskKind, Desk>> = {
  target: new Desk("target"),
  step: new Desk("step"),
};

/** For tests: how many tasks of a kind the second thread has done that were used. */
export const tasksOfSecondThread = (kind: TaskKind): number => desks[kind].used;

const numbersOf = (tensors: readonly Tensor[]): Numbers =>
  tensors.map(({ storage }) => hostArray(storage));

/** An agent whose tasks of one kind the thread may do. */
interface Pupil {
  readonly agent: number;
  readonly setup: string;
  /** The thread has computed the same bits, or cannot do its tasks. */
  trust: "unknown" | "same" | "none";
}

/** A task that the thread does. */
class Ahead {
  readonly tensors: readonly Tensor[];
  readonly #desk: Desk;
  readonly #pupil: Pupil;
  /** Missing once there are results: it holds the task before, which would hold the one before. */
  #compute: (() => readonly Tensor[]) | undefined;
  #numbers: Numbers = [];

  constructor(
    desk: Desk,
    pupil: Pupil,
    shapes: readonly (readonly number[])[],
    compute: () => readonly Tensor[],
  ) {
    this.#desk = desk;
    this.#pupil = pupil;
    this.#compute = compute;
    this.tensors = shapes.map((shape, i) => {
      const storage: HostStorage = { length: sizeOf(shape), numbers: () => this.numbers()[i] };
      return new Tensor(cpu, storage, shape);
    });
  }

  /** The numbers of the results, as soon as they are there. */
  numbers(): Numbers {
    if (this.#compute !== undefined) {
      this.#numbers = this.#taken(this.#compute) ?? this.#computed(this.#compute);
      this.#compute = undefined;
    }
    return this.#numbers;
  }

  #computed(compute: () => readonly Tensor[]): Numbers {
    return numbersOf(this.#desk.computeHere(compute));
  }

  /** The results of the thread; undefined where there are none. */
  #taken(compute: () => readonly Tensor[]): Numbers | undefined {
    const desk = this.#desk;
    if (desk.current !== this) return undefined;
    const pupil = this.#pupil;
    const results = desk.results();
    desk.current = undefined;
    if (desk.isRefused) pupil.trust = "none";
    if (results === undefined) return undefined;
    if (pupil.trust === "same") {
      desk.used++;
      return results;
    }
    const own = this.#computed(compute);
    const isSame = own.every((x, i) => x.every((value, j) => Object.is(value, results[i][j])));
    pupil.trust = isSame ? "same" : "none";
    return own;
  }
}

/** A task, which this thread can compute too. */
export interface TaskAhead {
  readonly numbers?: readonly number[];
  readonly inputs: readonly Tensor[];
  /** The shapes of the results, of which the next inputs may begin with the first `own`. */
  readonly shapes: readonly (readonly number[])[];
  readonly own?: number;
  compute(): readonly Tensor[];
}

/**
 * Makes a function that begins tasks of an agent: the second thread computes them, if there is one
 * and it is told to.
 *
 * @param setup The agent as plain data; undefined where it has none.
 */
export function makeAhead(
  kind: TaskKind,
  setup: object | undefined,
): (task: TaskAhead, isForThread: boolean) => readonly Tensor[] {
  const desk = desks[kind];
  const pupil: Pupil = {
    agent: ++agents,
    setup: JSON.stringify(setup ?? {}),
    trust: setup === undefined ? "none" : "unknown",
  };
  return ({ numbers = [], inputs, shapes, own = 0, compute }, isForThread) => {
    const isHere = inputs.every((x) => x.backend === cpu && x.tapeIndex === 0);
    if (pupil.trust === "none" || !isHere) return compute();
    if (!isForThread || desk.rests) return desk.computeHere(compute);
    const ahead = new Ahead(desk, pupil, shapes, compute);
    const task = { agent: pupil.agent, setup: pupil.setup, numbers };
    const mailbox = desk.freeMailbox();
    if (!mailbox?.post({ ...task, inputs, kept: ahead.tensors.slice(0, own) })) {
      return desk.computeHere(compute);
    }
    desk.current = ahead;
    thread?.wake();
    return ahead.tensors;
  };
}
