import { checkOptions, fail } from "@spikeloop/errors";
import { surrogateNoise } from "@spikeloop/neuron";
import { fractions, type Key, takeKey } from "@spikeloop/random";
import { checkTensor, type Tensor, uploadTensor } from "@spikeloop/tensor";
import type { RunOptions } from "./layer.ts";
import { stepKeys, takeRunOptions } from "./run_options.ts";

const none: readonly Tensor[] = Object.freeze([]);

/**
 * Returns the noise sequences in the order of `names`: from the options, or else drawn. The noise
 * of a surrogate is uniform in [0, 1). A sequence [T, N, D] is drawn step by step, each step with
 * its own part of the key, so that single steps can draw the same numbers.
 *
 * @throws {TypeError} if a sequence is missing and cannot be drawn, or an unknown one is passed.
 */
export function resolveNoise(
  label: string,
  names: readonly string[],
  options: RunOptions | undefined,
  like: Tensor,
): readonly Tensor[] {
  checkTensor(label, "the input", like);
  return options === undefined && names.length === 0
    ? none
    : takeNoise(label, names, options, like);
}

function takeNoise(
  label: string,
  names: readonly string[],
  options: RunOptions | undefined,
  like: Tensor,
): readonly Tensor[] {
  const action = `run ${label}`;
  const { key, noise = {} } = takeRunOptions(action, options);
  checkOptions(action, noise, names, "noise sequence");
  const sequences: Tensor[] = [];
  for (const name of names) { // a closure would cost calls without noise
    const sequence = noise[name];
    if (sequence !== undefined) {
      checkTensor(label, `noise "${name}"`, sequence);
      sequences.push(sequence);
      continue;
    }
    if (name !== surrogateNoise || key === undefined) return failMissing(action, name, like);
    const keys = like.shape.length < 3
      ? [takeKey(action, "key", key)]
      : stepKeys(action, key, like.shape[0]);
    sequences.push(uniformSteps(keys, like));
  }
  return sequences;
}

/** Draws numbers in [0, 1) of the shape of `like`, each step with its own key. */
export function uniformSteps(keys: readonly Key[], { shape, size, backend }: Tensor): Tensor {
  const numbers = new Float32Array(size);
  const count = size / keys.length;
  keys.forEach((k, t) => numbers.set(fractions(k, count), t * count));
  return uploadTensor(numbers, shape, { backend });
}

function failMissing(action: string, name: string, like: Tensor): never {
  const axes = like.shape.length < 3 ? "[N, D]" : "[T, N, D]";
  const [noun, drawn] = name === surrogateNoise
    ? ["random numbers for its surrogate", ", or { key: key(seed) }, a new key every time"]
    : ["noise", ""];
  const options = `{ noise: { "${name}": tensor of shape ${axes} } }${drawn}`;
  return fail(action, `it reads ${noun}, and it got none; pass ${options}`);
}
