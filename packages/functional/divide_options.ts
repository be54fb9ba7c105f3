import { didYouMean, fail } from "@spikeloop/errors";
import { type Key, split } from "@spikeloop/random";
import { Tensor } from "@spikeloop/tensor";
import type { Noise, RunOptions } from "./layer.ts";
import { stepKeys, takeRunOptions } from "./run_options.ts";

/** The key of a step, or the keys of a sequence. */
type RunKey = NonNullable<RunOptions["key"]>;

/**
 * Divides the options of a network among its layers, and returns those of each, in order.
 *
 * @param names The names of the layers.
 * @param divideKey Divides the key among the layers, in order.
 * @throws {TypeError} if an option is unknown or of the wrong kind, or noise is for no layer.
 */
export function divideOptions(
  action: string,
  names: readonly string[],
  options: RunOptions,
  divideKey: (key: RunKey) => readonly RunKey[],
): readonly RunOptions[] {
  const { key, noise, ...rest } = takeRunOptions(action, options);
  if (key === undefined && noise === undefined) return names.map(() => options);
  const unknown = Object.keys(noise ?? {}).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, names);
    fail(action, `noise is for ${unknown}, expected it by layer: ${names.join(", ")}${hint}`);
  }
  const keys = key === undefined ? [] : divideKey(key);
  return names.map((name, i) => ({ ...rest, key: keys[i], noise: noiseOf(action, name, noise) }));
}

function noiseOf(action: string, name: string, noise: Noise | undefined): Noise | undefined {
  const part = noise?.[name];
  if (part instanceof Tensor) {
    fail(action, `the noise of ${name} is a tensor, expected a record: { ${name}: { noiseV } }`);
  }
  return part;
}

/**
 * Divides the key of a sequence of T steps among `count` layers: each gets T keys, its parts of the
 * keys of the steps.
 *
 * @throws {TypeError} if it is neither a key nor T keys.
 */
export function divideSequenceKey(
  action: string,
  key: RunKey,
  steps: number,
  count: number,
): readonly (readonly Key[])[] {
  const perStep = stepKeys(action, key, steps).map((k) => split(k, count));
  return Array.from({ length: count }, (_, i) => perStep.map((keys) => keys[i]));
}
