import { type ILCSan, ilcSan, type ILCSanOptions } from "@spikeloop/actor";
import { readSafetensors } from "@spikeloop/interchange";
import { cubaLif, integrateAndFire, lif } from "@spikeloop/neuron";
import { surrogate } from "@spikeloop/surrogate";
import { type Policy, readCheckpoint } from "@spikeloop/training";

const neurons = Object.fromEntries([cubaLif, lif, integrateAndFire].map((one) => [one.name, one]));

/** The options of an actor as a checkpoint holds them. */
interface PlainOptions {
  readonly kind?: unknown;
  readonly neuron?: string;
  readonly surrogate?: { readonly name: string; readonly params?: Record<string, number> };
}

/**
 * Makes the actor that a checkpoint is of.
 *
 * @throws {SyntaxError} if the checkpoint does not say its options.
 * @throws {TypeError} if it is of another kind of actor.
 */
function actorOf(text: string | undefined): ILCSan {
  if (text === undefined) throw new SyntaxError("The file does not say which network it is of");
  const { kind, neuron, surrogate: slope, ...rest }: PlainOptions = JSON.parse(text);
  if (kind !== "ilc-san") {
    throw new TypeError(`The file is of a network of the kind ${kind}, expected an ilc-san`);
  }
  return ilcSan({
    ...rest as ILCSanOptions,
    neuron: neuron === undefined ? undefined : neurons[neuron],
    surrogate: slope && surrogate(slope.name, slope.params),
  });
}

/** A policy whose network shows its spikes. */
export interface SpikingPolicy extends Policy {
  readonly actor: ILCSan;
}

/** Reads a policy out of a checkpoint of the library. */
export function readPolicy(bytes: Uint8Array): SpikingPolicy {
  const { metadata } = readSafetensors(bytes);
  const actor = actorOf(metadata.actor);
  return { actor, ...readCheckpoint(bytes, actor) };
}
