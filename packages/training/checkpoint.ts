import { didYouMean, fail } from "@spikeloop/errors";
import type { ILCSan, ILCSanParams } from "@spikeloop/actor";
import { readSafetensors, writeSafetensors } from "@spikeloop/interchange";
import { tensor } from "@spikeloop/tensor";
import type { RunningStatistics } from "./running_statistics.ts";

const statisticNames = ["observation.mean", "observation.variance"] as const;

/** The parameters of an actor and the statistics of its observations: all that acting needs. */
export interface Checkpoint {
  /** The actor's parameters. */
  readonly params: ILCSanParams;
  /** The statistics of observations. */
  readonly statistics: RunningStatistics;
}

/**
 * Writes a checkpoint as a safetensors file: the parameters by SpikingJelly's names, and
 * `observation.mean` and `observation.variance`.
 *
 * @example
 * ```ts
 * import { ilcSan } from "@spikeloop/actor";
 * import { key } from "@spikeloop/random";
 * import { emptyStatistics, readCheckpoint, writeCheckpoint } from "@spikeloop/training";
 * import { assertEquals } from "@std/assert";
 *
 * const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8] });
 * const params = actor.init(key(0));
 * const bytes = writeCheckpoint({ params, statistics: emptyStatistics(3) });
 * const copy = readCheckpoint(bytes, actor).params["encoder.mean"];
 * assertEquals(copy.dataSync(), params["encoder.mean"].dataSync());
 * ```
 */
export function writeCheckpoint({ params, statistics }: Checkpoint): Uint8Array {
  const { mean, variance, count } = statistics;
  return writeSafetensors({
    ...params,
    "observation.mean": tensor(mean, [mean.length]),
    "observation.variance": tensor(variance, [variance.length]),
  }, { format: "spikeloop-actor", observationCount: String(count) });
}

/**
 * Reads a checkpoint for an actor.
 *
 * @throws {SyntaxError} if the bytes are no safetensors file.
 * @throws {TypeError} if a tensor is missing, unknown, or does not fit the actor; the message
 * suggests close names.
 *
 * @example
 * ```ts
 * import { ilcSan } from "@spikeloop/actor";
 * import { readCheckpoint } from "@spikeloop/training";
 * import { assertThrows } from "@std/assert";
 *
 * const actor = ilcSan({ obsDim: 3, actDim: 1 });
 * assertThrows(() => readCheckpoint(new Uint8Array(3), actor), SyntaxError);
 * ```
 */
export function readCheckpoint(bytes: Uint8Array, actor: ILCSan): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes);
  const { obsDim } = actor.options;
  const [mean, variance] = statisticNames.map((name) => {
    const x = tensors[name];
    if (x === undefined || x.size !== obsDim) {
      const found = x === undefined ? "is missing" : `has ${x.size} numbers`;
      const hint = x === undefined ? didYouMean(name, Object.keys(tensors)) : "";
      fail("use the checkpoint", `"${name}" ${found}, expected ${obsDim} numbers${hint}`);
    }
    return x.dataSync();
  });
  const rest = Object.entries(tensors).filter(([name]) => !statisticNames.some((s) => s === name));
  const count = Number(metadata.observationCount ?? 0);
  return {
    params: actor.loadStateDict(Object.fromEntries(rest)),
    statistics: { mean, variance, count },
  };
}
