import { type Actor, type ILCSan, isBuiltInActor } from "@spikeloop/actor";
import { makeInput } from "@spikeloop/expr";
import { fire, rect, type Surrogate } from "@spikeloop/surrogate";
import { type Plain, remakeActor } from "../make_actor.ts";
import { isIlcSan } from "../take_actor.ts";

/**
 * The kind and the options of an actor from which another thread can make it; undefined where it
 * has code of the user's own, draws random spikes, or follows statistics.
 */
export function describeActor(actor: Actor): Plain | undefined {
  if (!isBuiltInActor(actor) || actor.track !== undefined) return undefined;
  const plain = actor.toJSON();
  if (!isIlcSan(actor)) return plain;
  const { encode, neuron, surrogate } = actor.options;
  if (encode === "pop-ran") return undefined;
  try {
    const { options } = remakeActor(plain) as ILCSan;
    const isSame = options.neuron === neuron && spikeOf(options.surrogate) === spikeOf(surrogate);
    return isSame ? plain : undefined;
  } catch {
    return undefined; // its neuron or its surrogate is the user's
  }
}

/** The spike of a surrogate as an expression: there is one for each formula. */
const spikeOf = (surrogate: Surrogate = rect()) =>
  fire(surrogate, makeInput("u"), makeInput("noise"));
