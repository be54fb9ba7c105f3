import { actorOperations } from "@spikeloop/actor";
import { energyCosts, estimateEnergy, type OperationCounts } from "@spikeloop/functional";
import type { Key } from "@spikeloop/random";
import { type Tensor, tensor } from "@spikeloop/tensor";
import type { Policy } from "../act.ts";
import { normalizeVectors } from "../running_statistics.ts";
import { isIlcSan } from "../take_actor.ts";

/** The spike rate below which a spiking network saves energy, as a share. */
const savingRate = 0.06;

/** Counts the operations of a spiking actor on raw observations; undefined for other actors. */
export async function policyOperations(
  { actor, params, statistics }: Policy,
  observations: readonly (readonly number[])[],
  key: Key,
): Promise<OperationCounts | undefined> {
  if (!isIlcSan(actor)) return undefined;
  const rows = observations.map((one) => Array.from(normalizeVectors(statistics, one)));
  return await actorOperations(actor, params, tensor(rows), { key });
}

/** The lateral weights of a spiking actor's output population; undefined without them. */
export function lateralWeightOf({ params }: Policy): Tensor | undefined {
  return Object.entries(params).find(([name]) => name.endsWith(".conn.weight"))?.[1];
}

/** The mean spike rate of all units. */
function meanRate({ activationSparsity }: OperationCounts): number {
  return 1 - activationSparsity;
}

/** Writes a number of operations or bytes. */
const count = (x: number) => Math.round(x).toLocaleString("en-US");
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const nanojoules = (joules: number) => `${(joules * 1e9).toPrecision(3)} nJ`;

/** The operations of an actor and estimates of their energy, as rows of a table. */
export function operationRows(
  counts: OperationCounts,
): readonly (readonly [what: string, network: string, counterpart: string])[] {
  const { digital45nm, neuromorphic } = energyCosts;
  const [digital, analog] = [digital45nm, neuromorphic].map((c) => estimateEnergy(counts, c));
  const { traffic } = counts;
  return [
    ["multiply-accumulates", count(counts.effectiveMACs), count(counts.counterpart)],
    ["additions for spikes", count(counts.effectiveACs), "0"],
    ["bytes of weights moved", count(traffic.weights), count(traffic.counterpart)],
    ["bytes of states moved", count(traffic.states), "0"],
    [
      "energy in 45 nm, arithmetic",
      nanojoules(digital.operations),
      nanojoules(digital.counterpart.operations),
    ],
    [
      "energy in 45 nm, with memory",
      nanojoules(digital.total),
      nanojoules(digital.counterpart.total),
    ],
    [
      "energy at 77 fJ and 3.97 pJ, without memory",
      nanojoules(analog.operations),
      nanojoules(analog.counterpart.operations),
    ],
  ];
}

/** Says whether spikes save energy here. */
export function energyVerdict(counts: OperationCounts): string {
  const isBelow = meanRate(counts) < savingRate;
  return `Units fire at ${percent(meanRate(counts))} of all steps. Against a network without ` +
    "spikes whose numbers have only the bits that the time steps can tell apart, and with memory " +
    "and communication counted, spikes save energy only below a rate of about " +
    `${100 * savingRate} % (arXiv:2409.08290): this actor is ${
      isBelow ? "below it" : "above it, so expect no saving"
    }. ` +
    "The estimates here are kinder to spikes: they compare with 32-bit floats, and leave out " +
    "communication.";
}
