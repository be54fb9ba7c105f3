// The tasks of a second thread: their tensors in a list, and how the thread computes them.
import { adam } from "@spikeloop/functional";
import type { Tensor } from "@spikeloop/tensor";
import {
  type ActorStep,
  type ActorStepInput,
  makeActorStep,
  type StepActor,
} from "../algorithms/actor_step.ts";
import { adamMoments } from "../algorithms/check_adam_state.ts";
import { makeTarget, type TargetInput, type TargetOptions } from "../algorithms/td3_target.ts";
import { type Plain, remakeActor } from "../make_actor.ts";
import { obsDimOf } from "../take_actor.ts";
import { makeTwinCritics, type TwinCritics } from "../twin_critics.ts";
import type { TaskRunner } from "./mailbox.ts";
import type { TaskKind } from "./second_thread.ts";

/** The networks of a task as plain data. */
interface NetworkSetup {
  /** The kind and the options of the actor. */
  readonly actor: Plain;
  /** Units of the hidden layers of each critic. */
  readonly criticSizes: readonly number[];
}

/** For each kind of task the plain data from which the thread makes an agent. */
export interface TaskSetups {
  readonly target: NetworkSetup & { readonly options: TargetOptions };
  readonly step: NetworkSetup;
}

type Shapes = Readonly<Record<string, readonly number[]>>;

/** Takes tensors off a list, from its start. */
class Reader {
  readonly #list: readonly Tensor[];
  #next = 0;

  constructor(list: readonly Tensor[]) {
    this.#list = list;
  }

  take = (): Tensor => this.#list[this.#next++];

  record = (names: readonly string[]): Readonly<Record<string, Tensor>> =>
    Object.fromEntries(names.map((name) => [name, this.take()]));

  get hasMore(): boolean {
    return this.#next < this.#list.length;
  }
}

const listOf = (names: readonly string[], record: Readonly<Record<string, Tensor>>): Tensor[] =>
  names.map((name) => record[name]);

/** Makes the function that steps an actor at a learning rate. */
export function makeStepAtRate(
  twins: TwinCritics,
): (rate: number, ...args: Parameters<StepActor>) => ActorStep {
  let learningRate = 0;
  const step = makeActorStep(twins, adam({ learningRate: () => learningRate }));
  return (rate, ...args) => {
    learningRate = rate;
    return step(...args);
  };
}

/** Lists the tensors of a step of an actor, and makes a step of a list. */
export function stepLists(actorShapes: Shapes, criticShapes: Shapes) {
  const [names, criticNames] = [Object.keys(actorShapes), Object.keys(criticShapes)];
  const listed = ({ params, optimizer }: Pick<ActorStep, "params" | "optimizer">): Tensor[] => [
    ...listOf(names, params),
    ...adamMoments.flatMap((moment) => listOf(names, optimizer.moments[moment])),
  ];
  const read = ({ record }: Reader, step: number) => ({
    params: record(names),
    optimizer: {
      step,
      moments: Object.fromEntries(adamMoments.map((moment) => [moment, record(names)])),
    },
  });
  const trees = 1 + adamMoments.length;
  return {
    /** How many tensors a step changes: they come first in both lists. */
    own: trees * names.length,
    /** The shapes of a step. */
    shapes: [...Array(trees).fill(Object.values(actorShapes)).flat(), []] as Shapes[string][],
    listInput: (input: ActorStepInput): Tensor[] => [
      ...listed(input),
      ...listOf(criticNames, input.q1),
      input.observation,
    ],
    readInput: (list: readonly Tensor[], step: number): ActorStepInput => {
      const reader = new Reader(list);
      const own = read(reader, step);
      return { ...own, q1: reader.record(criticNames), observation: reader.take() };
    },
    listStep: (step: ActorStep): Tensor[] => [...listed(step), step.loss],
    readStep: (list: readonly Tensor[], step: number): ActorStep => {
      const reader = new Reader(list);
      return { ...read(reader, step), loss: reader.take() };
    },
  };
}

/** Lists the tensors of the input of a target, and makes an input of a list. */
export function targetLists(actorShapes: Shapes, criticShapes: Shapes) {
  const [names, criticNames] = [Object.keys(actorShapes), Object.keys(criticShapes)];
  return {
    listInput: ({ targets: { actor, q1, q2 }, batch, noise }: TargetInput): Tensor[] => [
      ...listOf(names, actor),
      ...listOf(criticNames, q1),
      ...listOf(criticNames, q2),
      batch.reward,
      batch.nextObservation,
      batch.done,
      noise,
      ...batch.discount === undefined ? [] : [batch.discount],
    ],
    readInput: (list: readonly Tensor[]): TargetInput => {
      const reader = new Reader(list);
      const { record, take } = reader;
      const targets = { actor: record(names), q1: record(criticNames), q2: record(criticNames) };
      const batch = { reward: take(), nextObservation: take(), done: take() };
      const noise = take();
      return {
        targets,
        batch: reader.hasMore ? { ...batch, discount: take() } : batch,
        noise,
      };
    },
  };
}

/** For each kind of task a function that makes what does it, from a setup. */
export const taskRunners: { readonly [K in TaskKind]: (setup: TaskSetups[K]) => TaskRunner } = {
  target: (setup) => {
    const { actor, twins } = remake(setup);
    const lists = targetLists(actor.shapes, twins.shapes);
    const compute = makeTarget(actor, twins, setup.options);
    return { own: 0, run: (inputs) => [compute(lists.readInput(inputs))] };
  },
  step: (setup) => {
    const { actor, twins } = remake(setup);
    const lists = stepLists(actor.shapes, twins.shapes);
    const compute = makeStepAtRate(twins);
    return {
      own: lists.own,
      run: (inputs, [step, rate]) =>
        lists.listStep(compute(rate, lists.readInput(inputs, step), actor)),
    };
  },
};

function remake({ actor: description, criticSizes }: NetworkSetup) {
  const actor = remakeActor(description);
  return { actor, twins: makeTwinCritics(obsDimOf(actor), actor.head.actDim, criticSizes) };
}
