import { checkOptions, refuse, takeNumber } from "@spikeloop/errors";
import type { OperationCounts } from "./count_operations.ts";

/** The energy of single operations, in joules. */
export interface EnergyCosts {
  /** A multiplication and an addition. */
  readonly multiplyAccumulate: number;
  /** An addition for a spike. */
  readonly accumulate: number;
  /** Moving a byte between memory and arithmetic; 0 where the published cost includes it. */
  readonly memoryByte: number;
}

/** An estimate of energy, in joules per sample. */
export interface EnergyEstimate {
  /** Of the synaptic operations of the network. */
  readonly operations: number;
  /** Of the memory traffic of the network. */
  readonly memory: number;
  /** Of both. */
  readonly total: number;
  /** The same of the dense counterpart. */
  readonly counterpart: {
    /** Of its multiply-accumulates. */
    readonly operations: number;
    /** Of its memory traffic. */
    readonly memory: number;
    /** Of both. */
    readonly total: number;
  };
}

/**
 * Published costs of operations.
 *
 * - `digital45nm`: arithmetic in 32-bit floating point in 45 nm at 0.9 V, 3.7 pJ for a
 *   multiplication and 0.9 pJ for an addition, and a cache of 8 KiB, 10 pJ for 64 bits. Horowitz,
 *   "Computing's energy problem (and what we can do about it)", ISSCC 2014, figure 1.1.9. Memory
 *   outside the chip costs 1.3 to 2.6 nJ for 64 bits there, a hundred times as much.
 * - `neuromorphic`: 77 fJ for a synaptic operation of a chip that computes with currents below
 *   threshold, Qiao et al., "A reconfigurable on-line learning spiking neuromorphic processor
 *   comprising 256 neurons and 128K synapses", Frontiers in Neuroscience 9:141, 2015, beside 3.97
 *   pJ for a multiply-accumulate of digital hardware, as papers on spiking actors use them. The two
 *   are of different technologies, and memory is left out: a comparison by them flatters spikes.
 *
 * @example
 * ```ts
 * import { energyCosts } from "@spikeloop/functional";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(energyCosts.digital45nm.accumulate, 0.9e-12);
 * ```
 */
export const energyCosts: {
  readonly digital45nm: EnergyCosts;
  readonly neuromorphic: EnergyCosts;
} = {
  digital45nm: { multiplyAccumulate: 4.6e-12, accumulate: 0.9e-12, memoryByte: 10e-12 / 8 },
  neuromorphic: { multiplyAccumulate: 3.97e-12, accumulate: 77e-15, memoryByte: 0 },
};

/**
 * Estimates the energy of a network from its operations, per sample:
 *
 *     operations = MACs · E_mac + ACs · E_ac
 *     memory     = (bytes of weights + bytes of states) · E_byte
 *
 * and the same of its dense counterpart. It is arithmetic on published numbers, no measurement:
 * control, communication between cores, leakage and the updates of units are left out.
 *
 * @param counts The result of `countOperations`, `synapticOperations` or `actorOperations`.
 * @param costs The cost of single operations; `energyCosts.digital45nm` if missing.
 * @throws {TypeError} if an argument is of the wrong kind.
 * @throws {RangeError} if a cost is negative.
 *
 * @example
 * ```ts
 * import { countOperations, energyCosts, estimateEnergy } from "@spikeloop/functional";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const fc = { name: "fc", weight: ones([3, 2]), input: ones([5, 1, 2]) };
 * const counts = await countOperations({ connections: [fc], populations: [] });
 * const { operations, counterpart } = estimateEnergy(counts, energyCosts.digital45nm);
 * assertEquals(operations, 30 * 0.9e-12); // 5 steps of 6 additions
 * assertEquals(counterpart.operations, 6 * 4.6e-12);
 * ```
 */
export function estimateEnergy(
  counts: OperationCounts,
  costs: EnergyCosts = energyCosts.digital45nm,
): EnergyEstimate {
  const action = "run estimateEnergy";
  const names = ["multiplyAccumulate", "accumulate", "memoryByte"] as const;
  checkOptions(action, costs, names, "cost");
  for (const name of names) takeNumber(action, name, costs[name], { min: 0 });
  const traffic = counts?.traffic;
  if (typeof traffic !== "object" || traffic === null) {
    refuse(action, "counts", counts, "the result of countOperations");
  }
  const { effectiveACs, effectiveMACs, counterpart } = counts;
  const { weights, states, counterpart: moved } = traffic;
  const numbers = { effectiveACs, effectiveMACs, counterpart, weights, states, moved };
  for (const [name, value] of Object.entries(numbers)) takeNumber(action, name, value);
  const sum = (operations: number, memory: number) => ({
    ...{ operations, memory, total: operations + memory },
  });
  return {
    ...sum(
      effectiveMACs * costs.multiplyAccumulate + effectiveACs * costs.accumulate,
      (weights + states) * costs.memoryByte,
    ),
    counterpart: sum(counterpart * costs.multiplyAccumulate, moved * costs.memoryByte),
  };
}
