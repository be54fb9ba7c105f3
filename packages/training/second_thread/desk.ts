// The second thread, and how its tasks go.
import { allowsThreads, leaveCore } from "@spikeloop/cpu";
import type { Tensor } from "@spikeloop/tensor";
import type { Mailbox, Message } from "./mailbox.ts";
import { Pace } from "./pace.ts";
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

/** A thread that has been at a task while so many others could not be posted has ended. */
const mostBusy = 1000;

/** The numbers of the results of a task. */
export type Numbers = readonly Float32Array[];

/** A task that the thread has, or whose results nobody has taken. */
export interface Pending {
  /** Takes the results, or computes them here. */
  numbers(): Numbers;
}

let thread: SecondThread | undefined;
/** Whether a thread has failed, or could not be started: no other one is started. */
let isBroken = false;
/** Whether products and time loops know that the thread may be at work. */
let isKnown = false;
/** Milliseconds of tasks here before the thread was started. */
let millisecondsHere = 0;
/** Decides, once the thread is warm, whether it gets tasks. */
const pace = new Pace();

/** The thread, which is started once it is worth it; undefined where there is none. */
function startedThread(): SecondThread | undefined {
  isBroken ||= thread?.hasFailed === true;
  if (isBroken || !allowsThreads()) leaveThread();
  else if (thread === undefined && millisecondsHere >= worthStarting) startThread();
  return thread;
}

function startThread(): void {
  millisecondsHere = 0;
  for (const kind of taskKinds) desks[kind].warmUps = 0;
  thread = startSecondThread();
  isBroken = thread === undefined;
  if (!isKnown) leaveCore(() => thread?.isAtWork === true);
  isKnown = true;
}

function leaveThread(): void {
  thread?.stop();
  thread = undefined;
  for (const kind of taskKinds) desks[kind].current = undefined;
}

/** The tasks of one kind, of all agents. It decides which thread does them. */
export class Desk {
  readonly kind: TaskKind;
  current: Pending | undefined;
  /** Tasks that the thread has had while its code was new. */
  warmUps = 0;
  /** For tests: tasks of the thread whose results have been used. */
  uses = 0;
  /** Milliseconds of the last task here. */
  #milliseconds = 0;
  /** Tasks that could not be posted, one after another. */
  #busy = 0;
  readonly #turns: Pace | undefined;

  /** @param turns The pace that counts turns, where each task is one. */
  constructor(kind: TaskKind, turns?: Pace) {
    this.kind = kind;
    this.#turns = turns;
  }

  /** Posts a task, whose results `pending` takes; false where the thread can't have it now. */
  post(message: Message, pending: Pending): boolean {
    const thread = startedThread();
    this.current?.numbers(); // before others take their place
    if (!thread?.isRunning) return false;
    const mailbox = thread.mailbox(this.kind);
    if (this.#isWarm(mailbox)) this.#turns?.turn(performance.now());
    if (!pace.isWith || this.#isBusy(mailbox) || !mailbox.post(message)) return false;
    this.current = pending;
    thread.wake();
    return true;
  }

  /** Computes a task here. */
  computeHere(compute: () => readonly Tensor[]): readonly Tensor[] {
    const start = performance.now();
    const results = compute();
    this.#milliseconds = performance.now() - start;
    millisecondsHere += this.#milliseconds;
    return results;
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
    const mailbox = thread?.mailbox(this.kind);
    if (mailbox === undefined) return undefined;
    const isWarm = this.#isWarm(mailbox);
    const most = isWarm ? patience.least + patience.times * this.#milliseconds : 0;
    if (!isWarm) this.warmUps++;
    return mailbox.takeBack() ? undefined : this.#wait(mailbox, most);
  }

  /** Whether the thread is late with a task. */
  #isBusy({ isTaken }: Mailbox): boolean {
    this.#busy = isTaken ? this.#busy + 1 : 0;
    isBroken ||= this.#busy > mostBusy;
    return isTaken;
  }

  #isWarm({ took }: Mailbox): boolean {
    return took > 0 && took < warmUp.times * this.#milliseconds || this.warmUps > warmUp.most;
  }

  /** Waits for a task that the thread has begun. One behind it is better done here meanwhile. */
  #wait(mailbox: Mailbox, most: number): Numbers | undefined {
    for (const kind of taskKinds) {
      if (mailbox.isTaken && thread?.mailbox(kind).isPosted) desks[kind].current?.numbers();
    }
    return mailbox.take(most);
  }
}

/** The desks of all tasks. */
export const desks: Readonly<Record<TaskKind, Desk>> = {
  target: new Desk("target"),
  step: new Desk("step", pace),
};
