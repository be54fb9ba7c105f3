import {
  checkOptions,
  fail,
  isRecord,
  refuse,
  takeCount,
  takeFlag,
  takeOneOf,
  takeRecord,
  takeText,
} from "@spikeloop/errors";
import type { Plain } from "../make_actor.ts";
import { replayNames } from "../trainer/trainer_options.ts";

/** All that decides a run besides its seed, as `config.json` has it. */
export interface RunConfig {
  /** The task: a name such as `pendulum` or `mujoco:hopper`, or the path of a module. */
  readonly env: string;
  /** The algorithm: a name such as `td3`. */
  readonly algo: string;
  /** The steps of all environments together. */
  readonly steps: number;
  /** Environments side by side. */
  readonly environments: number;
  /** The kind of the actor and its options. */
  readonly actor: Plain;
  /** The options of the algorithm. */
  readonly agent: Plain;
  /** The further options of `trainer`. */
  readonly trainer: Plain;
  /** Evaluations, as an option of `trainer`. */
  readonly evaluate: { readonly every: number; readonly episodes: number };
  /** Checkpoints, as an option of `trainer`. */
  readonly checkpoint: { readonly every: number };
  /** The device that computes. */
  readonly device: "cpu" | "gpu";
  /** Whether the run writes event files for TensorBoard. */
  readonly tensorboard: boolean;
}

/** The most seeds of one command. */
const mostSeeds = 10_000;

/** The options of `trainer` that a configuration may hold. */
const trainerNames = ["measureEvery", ...replayNames, "noiseCorrelation", "calibrate"];

/** The records of a configuration, in which dotted names lie. */
export const recordNames = ["actor", "agent", "trainer", "evaluate", "checkpoint"] as const;

/** The other names of a configuration. */
export const plainNames = [
  "env",
  "algo",
  "steps",
  "seed",
  "seeds",
  "environments",
  "device",
  "tensorboard",
] as const;

/**
 * Checks a configuration and fills in the defaults. The options of actor, algorithm and trainer are
 * checked by these.
 *
 * @returns The configuration, and the seeds that it names.
 * @throws {TypeError} if a part is unknown, missing or of the wrong kind.
 * @throws {RangeError} if a number is out of range.
 */
export function takeRunConfig(value: Plain): { config: RunConfig; seeds: readonly number[] } {
  const action = "configure the run";
  checkOptions(action, value, [...plainNames, ...recordNames]);
  if (value.env === undefined) fail(action, "env is missing, such as --env pendulum");
  if (value.steps === undefined) fail(action, "steps is missing, such as --steps 12000");
  if (value.seed !== undefined && value.seeds !== undefined) {
    fail(action, "seed and seeds name seeds, expected one of them");
  }
  const steps = takeCount(action, "steps", value.steps);
  const record = (name: typeof recordNames[number]): Plain =>
    takeRecord(action, name, value[name] ?? {}, "a record of options");
  const trainer = record("trainer");
  checkOptions(`${action}, trainer`, trainer, trainerNames);
  const evaluate = record("evaluate");
  checkOptions(`${action}, evaluate`, evaluate, ["every", "episodes"]);
  const checkpoint = record("checkpoint");
  checkOptions(`${action}, checkpoint`, checkpoint, ["every"]);
  const { episodes = 10, every = Math.min(5000, Math.ceil(steps / 20)) } = evaluate;
  const { every: saveEvery = Math.min(10_000, Math.ceil(steps / 10)) } = checkpoint;
  const config: RunConfig = {
    env: takeText(action, "env", value.env),
    algo: takeText(action, "algo", value.algo ?? "td3"),
    steps,
    environments: takeCount(action, "environments", value.environments ?? 1),
    actor: record("actor"),
    agent: record("agent"),
    trainer,
    evaluate: {
      every: takeCount(action, "evaluate.every", every),
      episodes: takeCount(action, "evaluate.episodes", episodes),
    },
    checkpoint: { every: takeCount(action, "checkpoint.every", saveEvery) },
    device: takeOneOf(action, "device", value.device ?? "cpu", ["cpu", "gpu"]),
    tensorboard: takeFlag(action, "tensorboard", value.tensorboard ?? false),
  };
  return { config, seeds: takeSeeds(action, value.seeds ?? value.seed ?? 0) };
}

/**
 * Returns the seeds that a number, a list or a text such as `0-4` or `0,3,8-9` names.
 *
 * @throws {TypeError} if it names none.
 * @throws {RangeError} if it names more than 10,000.
 */
export function takeSeeds(action: string, value: unknown): readonly number[] {
  const expected = "seeds such as 3, 0-4 or 0,2,5-7";
  const parts = Array.isArray(value) ? value : String(value).split(",");
  let total = 0;
  const seeds = parts.flatMap((part) => {
    const [, from, to = from] = /^\s*(\d{1,15})(?:-(\d{1,15}))?\s*$/.exec(String(part)) ??
      refuse(action, "seeds", value, expected);
    const count = Number(to) - Number(from) + 1;
    if (count < 1) refuse(action, "seeds", value, expected);
    total += count;
    if (total > mostSeeds) {
      fail(action, `seeds name ${total} or more, expected at most ${mostSeeds}`, RangeError);
    }
    return Array.from({ length: count }, (_, i) => Number(from) + i);
  });
  return [...new Set(seeds)];
}

/**
 * Returns the record with a value at a dotted name, such as `actor.connection.mask`.
 *
 * @throws {TypeError} if the name passes through a value that is no record.
 */
export function withValue(record: Plain, path: readonly string[], value: unknown): Plain {
  const [name, ...rest] = path;
  if (rest.length === 0) return { ...record, [name]: value };
  const inner = record[name] ?? {};
  if (!isRecord(inner)) {
    return refuse(`set ${path.join(".")}`, name, inner, "a record of options");
  }
  return { ...record, [name]: withValue(inner, rest, value) };
}
