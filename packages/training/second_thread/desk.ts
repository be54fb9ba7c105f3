// The second thread, and how its tasks go.
import { allowsThreads, leaveCore } from "@spikeloop/cpu";
import type { Task } from "./mailbox.ts";
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

/** The numbers of the results of a task. */
export type Numbers = readonly Float32Array[];

/** A task that the thread has, or whose results nobody has taken. */
export interface Pending {
  /** Takes the results, or computes them here. */
  numbers(): Numbers;
}

let thread: SecondThread | undefined;
let isBroken = false;
/** Whether products and time loops know that the thread may be at work. */
let isKnown = false;
/** Milliseconds of tasks here before the thread was started. */
let spent = 0;

/** The thread, which is started once it is worth it; undefined where there is none. */
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
export class Desk {
  readonly kind: TaskKind;
  current: Pending | undefined;
  /** Tasks that the thread has had. */
  had = 0;
  /** For tests: tasks of the thread whose results have been used. */
  used = 0;
  /** Milliseconds of the last task here. */
  #took = 0;
  /** Tasks in a row that the thread has not made faster, and tasks to be done without it. */
  #losses = 0;
  #resting = 0;

  constructor(kind: TaskKind) {
    this.kind = kind;
  }

  /** Posts a task, whose results `pending` takes; false where the thread can't have it now. */
  post(task: Task, pending: Pending): boolean {
    if (this.#resting > 0) {
      this.#resting--;
      return false;
    }
    const thread = startedThread();
    this.current?.numbers(); // before others take their place
    const mailbox = thread?.mailbox(this.kind);
    if (!thread?.isRunning || mailbox?.isTaken !== false || !mailbox.post(task)) return false;
    this.current = pending;
    thread.wake();
    return true;
  }

  /** Notes whether the thread has made a task faster, and rests where it has not. */
  #adapt(isFaster: boolean): void {
    this.#losses = isFaster ? 0 : Math.min(this.#losses + 1, borneLosses + mostDoublings);
    this.#resting = this.#losses > borneLosses ? 2 ** (this.#losses - borneLosses) : 0;
  }

  /** Computes a task here. */
  computeHere<R>(compute: () => R): R {
    const start = performance.now();
    const result = compute();
    this.#took = performance.now() - start;
    spent += this.#took;
    return result;
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
    const took = this.#took;
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
    if (isWarm) this.#adapt(results !== undefined && performance.now() - start < took);
    else this.had++;
    return results;
  }
}

/** The desks of all tasks. */
export const desks: Readonly<Record<TaskKind, Desk>> = {
  target: new Desk("target"),
  step: new Desk("step"),
};
