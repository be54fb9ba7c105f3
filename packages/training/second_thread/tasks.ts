// The tasks of a second thread: their tensors in a list, and how the thread computes them.
import { adam } from "@spikeloop/functional";
import type { Tensor } from "@spikeloop/tensor";
import { type ActorStep, type ActorStepInput, makeActorStep } from "../algorithms/actor_step.ts";
import { adamMoments } from "../algorithms/check_adam_state.ts";
import { makeTarget, type TargetInput, type TargetOptions } from "../algorithms/td3_target.ts";
import { type Plain, remakeActor } from "../make_actor.ts";
import { makeTwinCritics } from "../twin_critics.ts";
import type { TaskRunner } from "./mailbox.ts";
import type { TaskKind } from "./second_thread.ts";

/** The networks of a task as plain data. */
export interface NetworkSetup {
  /** The kind and the options of the actor. */
  readonly actor: Plain;
  readonly obsDim: number;
  readonly actDim: number;
  readonly criticSizes: readonly number[];
}

/** The networks of a target, and the options that matter to it. */
export interface TargetSetup extends NetworkSetup {
  readonly options: TargetOptions;
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
    ofInput: (input: ActorStepInput): Tensor[] => [
      ...listed(input),
      ...listOf(criticNames, input.q1),
      input.observation,
    ],
    input: (list: readonly Tensor[], step: number): ActorStepInput => {
      const reader = new Reader(list);
      const own = read(reader, step);
      return { ...own, q1: reader.record(criticNames), observation: reader.take() };
    },
    ofStep: (step: ActorStep): Tensor[] => [...listed(step), step.loss],
    step: (list: readonly Tensor[], step: number): ActorStep => {
      const reader = new Reader(list);
      return { ...read(reader, step), loss: reader.take() };
    },
  };
}

/** Lists the tensors of the input of a target, and makes an input of a list. */
export function targetLists(actorShapes: Shapes, criticShapes: Shapes) {
  const [names, criticNames] = [Object.keys(actorShapes), Object.keys(criticShapes)];
  return {
    ofInput: ({ targets: { actor, q1, q2 }, batch, noise }: TargetInput): Tensor[] => [
      ...listOf(names, actor),
      ...listOf(criticNames, q1),
      ...listOf(criticNames, q2),
      batch.reward,
      batch.nextObservation,
      batch.done,
      noise,
      ...batch.discount === undefined ? [] : [batch.discount],
    ],
    input: (list: readonly Tensor[]): TargetInput => {
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

/** Makes the functions by which the thread does tasks, of what `JSON.parse` returns. */
export const taskRunners: Readonly<Record<TaskKind, (setup: TargetSetup) => TaskRunner>> = {
  target: (setup: TargetSetup) => {
    const { actor, twins } = remake(setup);
    const lists = targetLists(actor.shapes, twins.shapes);
    const compute = makeTarget(actor, twins, setup.options);
    return { own: 0, run: (inputs) => [compute(lists.input(inputs))] };
  },
  step: (setup: NetworkSetup) => {
    const { actor, twins } = remake(setup);
    const lists = stepLists(actor.shapes, twins.shapes);
    let learningRate = 0;
    const compute = makeActorStep(twins, adam({ learningRate: () => learningRate }));
    return {
      own: lists.own,
      run: (inputs, [step, rate]) => {
        learningRate = rate;
        return lists.ofStep(compute(lists.input(inputs, step), actor));
      },
    };
  },
};

function remake({ actor, obsDim, actDim, criticSizes }: NetworkSetup) {
  return { actor: remakeActor(actor), twins: makeTwinCritics(obsDim, actDim, criticSizes) };
}
