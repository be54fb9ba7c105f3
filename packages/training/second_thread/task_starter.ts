// Starts tasks on another thread. Whoever reads their results waits for them.
import { hostArray, type HostStorage, sizeOf } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import { Tensor } from "@spikeloop/tensor";
import { type Desk, desks, type Numbers, type Pending } from "./desk.ts";
import type { TaskKind } from "./second_thread.ts";
import type { TaskSetups } from "./tasks.ts";

/** A task, which either thread can compute. */
export interface Task {
  readonly numbers?: readonly number[];
  readonly inputs: readonly Tensor[];
  /** The shapes of the results, of which the next inputs may begin with the first `own`. */
  readonly shapes: readonly (readonly number[])[];
  readonly own?: number;
  compute(): readonly Tensor[];
}

/** An agent whose tasks of one kind the thread may do. */
interface Client {
  readonly agent: number;
  readonly setup: string;
  /** `full` if the thread has computed the same bits, `none` if it has not or can't compute. */
  trust: "unknown" | "full" | "none";
}

/** How many clients there have been: their numbers tell them apart. */
let clients = 0;

const numbersOf = (tensors: readonly Tensor[]): Numbers =>
  tensors.map(({ storage }) => hostArray(storage));

/** A task of the thread, and its results. */
class PostedTask implements Pending {
  readonly tensors: readonly Tensor[];
  readonly #desk: Desk;
  readonly #client: Client;
  /** Missing once there are results: it holds the task before, which would hold the one before. */
  #compute: (() => readonly Tensor[]) | undefined;
  #numbers: Numbers = [];

  constructor(desk: Desk, client: Client, { shapes, compute }: Pick<Task, "shapes" | "compute">) {
    this.#desk = desk;
    this.#client = client;
    this.#compute = compute;
    this.tensors = shapes.map((shape, i) => {
      const storage: HostStorage = { length: sizeOf(shape), numbers: () => this.numbers()[i] };
      return new Tensor(cpu, storage, shape);
    });
  }

  /** The numbers of the results, as soon as they are there. */
  numbers(): Numbers {
    if (this.#compute !== undefined) {
      this.#numbers = this.#fromThread(this.#compute) ?? this.#fromHere(this.#compute);
      this.#compute = undefined;
    }
    return this.#numbers;
  }

  #fromHere(compute: () => readonly Tensor[]): Numbers {
    return numbersOf(this.#desk.computeHere(compute));
  }

  /** The results of the thread; undefined where there are none. It checks those of a new client. */
  #fromThread(compute: () => readonly Tensor[]): Numbers | undefined {
    const [desk, client] = [this.#desk, this.#client];
    if (desk.current !== this) return undefined;
    const results = desk.results();
    desk.current = undefined;
    if (desk.isRefused) client.trust = "none";
    if (results === undefined) return undefined;
    if (client.trust === "full") {
      desk.uses++;
      return results;
    }
    const own = this.#fromHere(compute);
    const isSame = own.every((x, i) => x.every((value, j) => Object.is(value, results[i][j])));
    client.trust = isSame ? "full" : "none";
    return own;
  }
}

/**
 * Makes a function that starts tasks of an agent: the second thread computes them, if there is one
 * and it is told to.
 *
 * @param description The agent as plain data; undefined where it has none.
 */
export function makeTaskStarter<K extends TaskKind>(
  kind: K,
  description: TaskSetups[K] | undefined,
): (task: Task, isForThread: boolean) => readonly Tensor[] {
  const desk = desks[kind];
  const client: Client = {
    agent: ++clients,
    setup: JSON.stringify(description ?? {}),
    trust: description === undefined ? "none" : "unknown",
  };
  return (task, isForThread) => {
    const { numbers = [], inputs, own = 0, compute } = task;
    const canSend = inputs.every((x) => x.backend === cpu && x.tapeIndex === 0);
    if (client.trust === "none" || !canSend) return compute();
    if (!isForThread) return desk.computeHere(compute);
    const posted = new PostedTask(desk, client, task);
    const { agent, setup } = client;
    const message = { agent, setup, numbers, inputs, kept: posted.tensors.slice(0, own) };
    return desk.post(message, posted) ? posted.tensors : desk.computeHere(compute);
  };
}
