import { fail, isRecord } from "@spikeloop/errors";
import {
  type ActivityRecord,
  countOperations,
  type OperationCounts,
  plain,
} from "@spikeloop/functional";
import { cubaLif, type Neuron } from "@spikeloop/neuron";
import { concat, mean, reshape, slice, type Tensor, zeros } from "@spikeloop/tensor";
import type { ActOptions } from "./activity.ts";
import type { ILCSanParams } from "./actor_params.ts";
import type { ILCSan } from "./actor_of.ts";

/**
 * Runs a spiking actor on observations and counts its synaptic operations per action, as
 * `countOperations` defines them: those of the linear layers, of the lateral connection and of the
 * decoder. The encoder is not counted, as preprocessing is not in NeuroBench.
 *
 * @param observations Normalized ones, [N, obsDim], such as those of an episode.
 * @throws {TypeError} if the actor is none of `ilcSan`, or params or observations do not fit. The
 * promise fails with it.
 *
 * @example
 * ```ts
 * import { actorOperations, ilcSan } from "@spikeloop/actor";
 * import { key, uniform } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [16], actLimit: 2 });
 * const params = actor.init(key(0));
 * const counts = await actorOperations(actor, params, uniform(key(1), [20, 3]));
 * // 3 · 10 inputs, 16 hidden units, 10 output units with lateral weights, 10 weights to decode.
 * assertEquals(counts.dense, 5 * (30 * 16 + 16 * 10 + 10 * 10 + 10));
 * ```
 */
export async function actorOperations(
  actor: ILCSan,
  params: ILCSanParams,
  observations: Tensor,
  options?: ActOptions,
): Promise<OperationCounts> {
  if (!isRecord(actor) || actor.kind !== "ilc-san") {
    fail("run actorOperations", "actor is none of ilcSan; count a network by synapticOperations");
  }
  const { encoded, spikes } = actor.applyWithSpikes(params, observations, options);
  const { neuron = cubaLif, params: constants, decode, connection } = actor.options;
  const unit = plain(neuron as Neuron, { units: 1, params: constants });
  const variables = Object.keys(unit.initialState(1)).length;
  const last = spikes[spikes.length - 1];
  const [steps, rows, units] = last.shape;
  const delay = typeof connection === "object" ? connection.delay ?? 1 : 1;
  const late = Math.min(delay, steps);
  const weightOf = (part: RegExp) =>
    Object.entries(params).filter(([name]) => part.test(name) && name.endsWith(".weight"));
  const inputs = [encoded, ...spikes];
  const record: ActivityRecord = {
    connections: [
      ...weightOf(/\.Linear\d+\./).map(([name, weight], i) => ({
        ...{ name: shortName(name), weight, input: inputs[i] },
      })),
      ...weightOf(/\.conn\./).map(([name, weight]) => ({
        name: shortName(name),
        weight,
        // Units hear each other later.
        input: concat([
          zeros([late, rows, units], { backend: last.backend }),
          slice(last, 0, steps - late),
        ], 0),
        isRecurrent: true,
      })),
      ...weightOf(/^decoder\./).map(([, weight]) => ({
        name: "decoder",
        weight,
        input: decode === "fr-mlp" ? reshape(mean(last, 0), [1, rows, units]) : last,
      })),
    ],
    populations: spikes.map((output, i) => ({
      name: i < spikes.length - 1 ? `hidden ${i + 1}` : "output",
      output,
      variables: variables + Number(i === spikes.length - 1 && connection !== "none"),
    })),
    parameters: Object.values(params).reduce((sum, { size }) => sum + size, 0),
  };
  return await countOperations(record);
}

/** The name of a layer in tables. */
const shortName = (name: string) =>
  /\.conn\./.test(name) ? "lateral" : name.split(".").at(-2) ?? name;
