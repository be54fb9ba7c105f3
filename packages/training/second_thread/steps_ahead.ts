// Steps of an actor that another thread computes: their results are waited for when they are read.
import type { Actor } from "@spikeloop/actor";
import { hostArray, type HostStorage, sizeOf } from "@spikeloop/backend";
import { allowsThreads, cpu, leaveCore } from "@spikeloop/cpu";
import { takeNumber } from "@spikeloop/errors";
import { adam, type LearningRate } from "@spikeloop/functional";
import type { Key } from "@spikeloop/random";
import { scoped, Tensor } from "@spikeloop/tensor";
import { type ActorStep, type ActorStepInput, makeActorStep } from "../algorithms/actor_step.ts";
import type { TwinCritics } from "../twin_critics.ts";
import { type SecondThread, startSecondThread, threadState } from "./second_thread.ts";
import { describeActor, stepLists, type StepSetup } from "./setup.ts";

/** Milliseconds of steps before the thread is started, which takes about as long. */
const worthStarting = 250;

/** How long to wait for a step: milliseconds, and times what one took here. */
const patience = { least: 1, times: 2 } as const;

/**
 * The thread is slow as long as its code is new. Until a step there takes less than `times` what
 * one takes here, or for `most` steps, nobody waits for it: this thread computes what is not there.
 */
const warmUp = { times: 1.5, most: 400 } as const;

/** Losses in a row that are borne after that. */
const borneLosses = 8;

/** Doublings of the number of steps without the thread after more losses. */
const mostDoublings = 6;

type Numbers = readonly Float32Array[];

let thread: SecondThread | undefined;
let isBroken = false;
/** Whether products and time loops know that the thread may be at work. */
let isKnown = false;
/** The step that the thread has, or whose results nobody has taken. */
let current: StepAhead | undefined;
/** Milliseconds of steps here: of all before the thread was started, and of the last one. */
let [spent, took] = [0, 0];
/** Steps in a row that the thread has not made faster, and steps to be made without it. */
let [losses, resting] = [0, 0];
/** Steps that the thread has had. */
let had = 0;
let agents = 0;
/** How many results of the thread have been used. */
let used = 0;

/** For tests: how many steps the second thread has made that were used. */
export const stepsOfSecondThread = (): number => used;

/** The thread, if it may be used, and has nothing to do. */
function freeThread(): SecondThread | undefined {
  if (!allowsThreads() || thread?.state === threadState.failed) {
    isBroken ||= thread?.state === threadState.failed;
    thread?.stop();
    return thread = current = undefined;
  }
  if (thread === undefined) {
    if (isBroken || spent < worthStarting) return undefined;
    spent = 0;
    had = 0;
    thread = startSecondThread();
    isBroken = thread === undefined;
    if (!isKnown) leaveCore(() => thread?.state === threadState.posted);
    isKnown = true;
  }
  current?.numbers(); // before others take their place
  const { starting, posted } = threadState;
  return thread?.state === starting || thread?.state === posted ? undefined : thread;
}

/** Notes whether the thread has made a step faster, and rests where it has not. */
function adapt(isFaster: boolean): void {
  losses = isFaster ? 0 : Math.min(losses + 1, borneLosses + mostDoublings);
  resting = losses > borneLosses ? 2 ** (losses - borneLosses) : 0;
}

/** Computes a step here. */
function computeHere(compute: () => readonly Tensor[]): Numbers {
  const start = performance.now();
  const numbers = compute().map(({ storage }) => hostArray(storage));
  took = performance.now() - start;
  spent += took;
  return numbers;
}

/** An agent whose steps the thread may compute. */
interface Pupil {
  readonly number: number;
  readonly setup: string;
  /** The thread has computed the same bits, or cannot compute its steps. */
  trust: "unknown" | "same" | "none";
}

/** A step that the thread computes. */
class StepAhead {
  readonly tensors: readonly Tensor[];
  readonly #pupil: Pupil;
  /** Missing once there are results: it holds the step before, which would hold the one before. */
  #compute: (() => readonly Tensor[]) | undefined;
  #numbers: Numbers = [];

  constructor(
    pupil: Pupil,
    shapes: readonly (readonly number[])[],
    compute: () => readonly Tensor[],
  ) {
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
      this.#numbers = this.#taken(this.#compute) ?? computeHere(this.#compute);
      this.#compute = undefined;
    }
    return this.#numbers;
  }

  /** The results of the thread; undefined where there are none. */
  #taken(compute: () => readonly Tensor[]): Numbers | undefined {
    if (current !== this || thread === undefined) return undefined;
    const isWarm = thread.took > 0 && thread.took < warmUp.times * took || had > warmUp.most;
    const start = performance.now();
    const results = thread.take(isWarm ? patience.least + patience.times * took : 0);
    if (isWarm) adapt(results !== undefined && performance.now() - start < took);
    else had++;
    current = undefined;
    const pupil = this.#pupil;
    if (thread.state === threadState.refused) pupil.trust = "none";
    if (results === undefined) return undefined;
    if (pupil.trust === "same") {
      used++;
      return results;
    }
    const own = computeHere(compute);
    const isSame = own.every((x, i) => x.every((value, j) => Object.is(value, results[i][j])));
    pupil.trust = isSame ? "same" : "none";
    return own;
  }
}

/**
 * Makes a function that begins steps of an actor: the second thread computes them, if there is one
 * and it has nothing else to do.
 */
export function makeStepsAhead(
  actor: Actor,
  setup: Omit<StepSetup, "actor">,
  twins: TwinCritics,
  learningRate: LearningRate,
): (input: ActorStepInput, actor: Actor, key: Key) => ActorStep {
  const described = describeActor(actor);
  const pupil: Pupil = {
    number: ++agents,
    setup: JSON.stringify({ ...setup, actor: described }),
    trust: described === undefined ? "none" : "unknown",
  };
  const lists = stepLists(actor.shapes, twins.shapes);
  let rateNow = 0;
  const stepActor = makeActorStep(twins, adam({ learningRate: () => rateNow }));
  const inScope = scoped(cpu, stepActor);
  return (input, actorNow, key) => {
    const { step } = input.optimizer;
    // A function of the user's is called once, now and not when a result is read.
    const rate = typeof learningRate === "function" ? learningRate(step + 1) : learningRate;
    takeNumber("run adam", "learningRate", rate, { min: 0 });
    const compute = () => {
      rateNow = rate;
      return inScope(input, actorNow, key);
    };
    const inputs = lists.ofInput(input);
    const isHere = inputs.every((x) => x.backend === cpu && x.tapeIndex === 0);
    if (pupil.trust === "none" || actorNow !== actor || resting > 0 || !isHere) {
      resting = Math.max(0, resting - 1);
      return compute();
    }
    const ahead = new StepAhead(pupil, lists.shapes, () => lists.ofStep(compute()));
    const task = { agent: pupil.number, setup: pupil.setup, step, rate };
    if (freeThread()?.post({ ...task, inputs, kept: ahead.tensors.slice(0, lists.own) })) {
      current = ahead;
    } else ahead.numbers();
    return lists.step(ahead.tensors, step + 1);
  };
}
