// Tasks that another thread computes: their results are waited for when they are read.
import { hostArray, type HostStorage, sizeOf } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import { Tensor } from "@spikeloop/tensor";
import { type Desk, desks, type Numbers, type Pending } from "./desk.ts";
import type { TaskKind } from "./second_thread.ts";

let agents = 0;

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
class Ahead implements Pending {
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
 * @param description The agent as plain data; undefined where it has none.
 */
export function makeAhead(
  kind: TaskKind,
  description: object | undefined,
): (task: TaskAhead, isForThread: boolean) => readonly Tensor[] {
  const desk = desks[kind];
  const pupil: Pupil = {
    agent: ++agents,
    setup: JSON.stringify(description ?? {}),
    trust: description === undefined ? "none" : "unknown",
  };
  return ({ numbers = [], inputs, shapes, own = 0, compute }, isForThread) => {
    const isHere = inputs.every((x) => x.backend === cpu && x.tapeIndex === 0);
    if (pupil.trust === "none" || !isHere) return compute();
    if (!isForThread) return desk.computeHere(compute);
    const ahead = new Ahead(desk, pupil, shapes, compute);
    const { agent, setup } = pupil;
    const task = { agent, setup, numbers, inputs, kept: ahead.tensors.slice(0, own) };
    return desk.post(task, ahead) ? ahead.tensors : desk.computeHere(compute);
  };
}
