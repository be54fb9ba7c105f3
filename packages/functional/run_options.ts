import { checkOptions, fail, takeFlag, takeRecord } from "@spikeloop/errors";
import { type Key, split, takeKey } from "@spikeloop/random";
import type { RunOptions } from "./layer.ts";

/** The names in RunOptions. */
export const runOptionNames: readonly string[] = ["key", "training", "noise", "lengths"];

const none: RunOptions = Object.freeze({});

/**
 * Checks the options of a run. Keys are checked where they are used.
 *
 * @throws {TypeError} if an option is unknown or of the wrong kind.
 */
export function takeRunOptions(action: string, options: RunOptions | undefined): RunOptions {
  if (options === undefined) return none;
  checkOptions(action, options, runOptionNames);
  const { training, noise } = options;
  if (training !== undefined) takeFlag(action, "training", training);
  if (noise !== undefined) takeRecord(action, "noise", noise, "a record of sequences by name");
  return options;
}

/**
 * Returns the keys of T steps: parts of one key, or the keys themselves.
 *
 * @throws {TypeError} if it is neither.
 */
export function stepKeys(
  action: string,
  key: Key | readonly Key[],
  steps: number,
): readonly Key[] {
  if (!Array.isArray(key)) return split(takeKey(action, "key", key), steps);
  if (key.length !== steps) {
    fail(action, `key.length is ${key.length}, expected ${steps}, the number of steps`);
  }
  return key.map((k, t) => takeKey(action, `key[${t}]`, k));
}
