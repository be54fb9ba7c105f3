import { didYouMean, fail, isRecord, refuse } from "@spikeloop/errors";
import { type Actor, actorOf, type ActorParams } from "@spikeloop/actor";
import { readSafetensors, type Safetensors, writeSafetensors } from "@spikeloop/interchange";
import { checkReadable, type Tensor, tensor } from "@spikeloop/tensor";
import type { Policy } from "./act.ts";
import { checkTensors } from "./check_tensors.ts";
import { limitPlain } from "./limit_plain.ts";
import { remakeActor } from "./make_actor.ts";
import { nameDifferences } from "./name_differences.ts";
import { type RunningStatistics, takeStatistics } from "./running_statistics.ts";
import { obsDimOf, takeActor } from "./take_actor.ts";
import { runFormat } from "./trainer/run_file.ts";
import { takeObject } from "./take_object.ts";

/** The beginning of messages about reading. */
const reading = "use the checkpoint";

const statisticNames = ["observation.mean", "observation.variance"] as const;

/** The format of checkpoints, in their metadata. */
const format = "spikeloop-actor";

/** A number as JavaScript writes it. */
const decimal = /^-?(\d+(\.\d+)?(e[+-]?\d+)?|Infinity)$/;

/** The parameters of an actor and the statistics of its observations: all that acting needs. */
export interface Checkpoint {
  /** The actor's parameters. */
  readonly params: ActorParams;
  /** The statistics of observations. */
  readonly statistics: RunningStatistics;
}

/** A checkpoint to write, and its actor. */
export interface CheckpointSource extends Checkpoint {
  /**
   * The actor, whose options are stored too. That of `ilcSan` may be missing where the record of
   * parameters comes from it: from `init`, `loadStateDict` or an agent.
   */
  readonly actor?: Actor;
}

/**
 * Writes a checkpoint as a safetensors file: the parameters by SpikingJelly's names,
 * `observation.mean` and `observation.variance`, and the actor's options as metadata.
 *
 * @throws {TypeError} if a part is missing, of the wrong kind, or does not fit the actor.
 * @throws {TypeError} if `actor` is missing and the parameters are a record of unknown origin.
 * @throws {RangeError} if a parameter or a statistic is not finite, or a variance is negative.
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
 * const bytes = writeCheckpoint({ actor, params, statistics: emptyStatistics(3) });
 * const copy = readCheckpoint(bytes, actor).params["encoder.mean"];
 * assertEquals(copy.dataSync(), params["encoder.mean"].dataSync());
 * ```
 */
export function writeCheckpoint(source: CheckpointSource): Uint8Array {
  const action = "write a checkpoint";
  const { actor: given, params, statistics } = takeObject(
    action,
    "the checkpoint",
    source,
    "{ actor, params, statistics }",
  );
  if (given !== undefined) {
    checkTensors(action, params, takeActor(action, given).shapes, "parameter");
  } else if (!isRecord(params)) refuse(action, "params", params, "the actor's parameters");
  const actor = given ?? actorOf(params) ??
    fail(action, "actor is missing, and these parameters are a record that no actor knows");
  for (const [name, x] of Object.entries(params)) {
    checkReadable(action, `parameter "${name}"`, x, "params");
    checkFinite(action, name, x.dataSync());
  }
  const { mean, variance, count, clipLimit } = takeStatistics(action, statistics, obsDimOf(actor));
  return writeSafetensors({
    ...params,
    "observation.mean": tensor(mean, [mean.length]),
    "observation.variance": tensor(variance, [variance.length]),
  }, {
    format,
    actor: JSON.stringify(actor.toJSON()),
    observationCount: String(count),
    observationLimit: String(clipLimit),
  });
}

function checkFinite(action: string, name: string, data: Float32Array): void {
  if (data.every(Number.isFinite)) return;
  fail(action, `"${name}" has a number that is not finite`, RangeError);
}

/**
 * Reads a checkpoint for an actor.
 *
 * @throws {SyntaxError} if the bytes are no safetensors file or no checkpoint, or a number in it is
 * not possible.
 * @throws {TypeError} if a tensor is missing, unknown, or does not fit the actor; the message
 * suggests close names.
 * @throws {TypeError} if it is of an actor with other options; the message names them.
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
export function readCheckpoint(bytes: Uint8Array, actor: Actor): Checkpoint {
  obsDimOf(takeActor(reading, actor));
  const file = openCheckpoint(bytes);
  const own: Readonly<Record<string, unknown>> = JSON.parse(JSON.stringify(actor.toJSON()));
  const differences = nameDifferences(file.actor, own);
  if (differences !== "") fail(reading, `it is of another actor: ${differences}`);
  return checkpointFor(actor, file);
}

/**
 * Reads a policy out of a checkpoint: the actor is made of the options in it.
 *
 * @throws {SyntaxError} if the bytes are no safetensors file or no checkpoint, or a number in it is
 * not possible.
 * @throws {RangeError} if the actor has more than 10,000 layers or time steps, or larger groups.
 * @throws {TypeError} if the actor is none of `ilcSan` or `mlpActor`, or its neuron or surrogate is
 * not one of the library's; make that actor yourself, and use `readCheckpoint`.
 * @throws {TypeError} if a tensor is missing, unknown, or does not fit the actor.
 *
 * @example
 * ```ts
 * import { ilcSan } from "@spikeloop/actor";
 * import { lif } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { act, emptyStatistics, readPolicy, writeCheckpoint } from "@spikeloop/training";
 * import { assertEquals } from "@std/assert";
 *
 * const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], neuron: lif });
 * const policy = { actor, params: actor.init(key(0)), statistics: emptyStatistics(3) };
 * const copy = readPolicy(writeCheckpoint(policy));
 * assertEquals(act(copy, [0.1, 0.2, 0.3]), act(policy, [0.1, 0.2, 0.3]));
 * ```
 */
export function readPolicy(bytes: Uint8Array): Policy {
  const file = openCheckpoint(bytes);
  limitPlain(reading, file.actor);
  let actor: Actor;
  try {
    actor = remakeActor(file.actor);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return fail(reading, `its actor cannot be made: ${error.message}`, TypeError, { cause: error });
  }
  return { actor, ...checkpointFor(actor, file) };
}

/** A checkpoint before its tensors are given to an actor. */
interface CheckpointFile extends Safetensors {
  /** The actor's options. */
  readonly actor: Readonly<Record<string, unknown>>;
}

function openCheckpoint(bytes: Uint8Array): CheckpointFile {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata.format !== format) {
    const help = metadata.format === runFormat ? "; trainer.load goes on from it" : "";
    refuse(reading, "its format", metadata.format, `"${format}"${help}`, SyntaxError);
  }
  let actor: unknown;
  try {
    actor = JSON.parse(metadata.actor ?? "");
  } catch {
    actor = undefined;
  }
  if (isRecord(actor)) return { tensors, metadata, actor };
  return refuse(
    reading,
    "the actor in its metadata",
    metadata.actor,
    "the options of one",
    SyntaxError,
  );
}

function checkpointFor(actor: Actor, { tensors, metadata }: CheckpointFile): Checkpoint {
  const obsDim = obsDimOf(actor);
  const [mean, variance] = statisticNames.map((name) => {
    const x: Tensor | undefined = tensors[name];
    if (x === undefined || x.size !== obsDim) {
      const found = x === undefined ? "is missing" : `has size ${x.size}`;
      const hint = x === undefined ? didYouMean(name, Object.keys(tensors)) : "";
      fail(reading, `"${name}" ${found}, expected size ${obsDim}${hint}`);
    }
    return x.dataSync();
  });
  const rest = Object.entries(tensors).filter(([name]) => !statisticNames.some((s) => s === name));
  const params = actor.loadStateDict(Object.fromEntries(rest));
  const number = (name: string) => {
    const text: string | undefined = metadata[name];
    return text !== undefined && decimal.test(text)
      ? Number(text)
      : refuse(reading, name, text, "a number", SyntaxError);
  };
  try {
    for (const [name, x] of rest) checkFinite(reading, name, x.dataSync());
    const count = number("observationCount");
    const clipLimit = number("observationLimit");
    return { params, statistics: takeStatistics(reading, { mean, variance, count, clipLimit }) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new SyntaxError(error.message, { cause: error });
  }
}
