// The description of an agent that both threads have, and the lists of tensors of a step.
import { type Actor, type ILCSan, isBuiltInActor } from "@spikeloop/actor";
import { makeInput } from "@spikeloop/expr";
import { fire, rect, type Surrogate } from "@spikeloop/surrogate";
import type { Tensor } from "@spikeloop/tensor";
import type { ActorStep, ActorStepInput } from "../algorithms/actor_step.ts";
import { adamMoments } from "../algorithms/check_adam_state.ts";
import { remakeActor } from "../make_actor.ts";
import { isIlcSan } from "../take_actor.ts";

/** An agent as plain data. */
export interface StepSetup {
  /** The kind and the options of the actor. */
  readonly actor: Readonly<Record<string, unknown>>;
  readonly obsDim: number;
  readonly actDim: number;
  readonly criticSizes: readonly number[];
}

/**
 * The kind and the options of an actor from which another thread can make it; undefined where it
 * has code of the user's own, draws random spikes, or follows statistics.
 */
export function describeActor(actor: Actor): StepSetup["actor"] | undefined {
  if (!isBuiltInActor(actor) || actor.track !== undefined) return undefined;
  const plain = actor.toJSON();
  if (!isIlcSan(actor)) return plain;
  const { encode, neuron, surrogate } = actor.options;
  if (encode === "pop-ran") return undefined;
  try {
    const made = (remakeActor(plain) as ILCSan).options;
    const isSame = made.neuron === neuron && fired(made.surrogate) === fired(surrogate);
    return isSame ? plain : undefined;
  } catch {
    return undefined; // its neuron or its surrogate is the user's
  }
}

/** The spike of a surrogate as an expression: there is one for each formula. */
const fired = (surrogate: Surrogate = rect()) =>
  fire(surrogate, makeInput("u"), makeInput("noise"));

type Shapes = Readonly<Record<string, readonly number[]>>;

/** Lists the tensors of a step, and makes a step of a list. */
export function stepLists(actorShapes: Shapes, criticShapes: Shapes) {
  const [names, criticNames] = [actorShapes, criticShapes].map((shapes) => Object.keys(shapes));
  const record = (names: readonly string[], list: readonly Tensor[], from: number) =>
    Object.fromEntries(names.map((name, i) => [name, list[from + i]]));
  const listed = ({ params, optimizer }: Pick<ActorStep, "params" | "optimizer">) =>
    [params, ...adamMoments.map((moment) => optimizer.moments[moment])]
      .flatMap((tree) => names.map((name) => tree[name]));
  const unlisted = (list: readonly Tensor[], step: number) => ({
    params: record(names, list, 0),
    optimizer: {
      step,
      moments: Object.fromEntries(
        adamMoments.map((moment, i) => [moment, record(names, list, (i + 1) * names.length)]),
      ),
    },
  });
  const trees = 1 + adamMoments.length;
  const own = trees * names.length;
  return {
    /** How many tensors a step changes: they come first in both lists. */
    own,
    /** The shapes of a step. */
    shapes: [...Array(trees).fill(Object.values(actorShapes)).flat(), []] as Shapes[string][],
    ofInput: (input: ActorStepInput): Tensor[] => [
      ...listed(input),
      ...criticNames.map((name) => input.q1[name]),
      input.observation,
    ],
    input: (list: readonly Tensor[], step: number): ActorStepInput => ({
      ...unlisted(list, step),
      q1: record(criticNames, list, own),
      observation: list[list.length - 1],
    }),
    ofStep: (step: ActorStep): Tensor[] => [...listed(step), step.loss],
    step: (list: readonly Tensor[], step: number): ActorStep => ({
      ...unlisted(list, step),
      loss: list[own],
    }),
  };
}
