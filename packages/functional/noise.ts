import { checkOptions, describe } from "@spikeloop/errors";
import { surrogateNoise } from "@spikeloop/neuron";
import { split, uniform } from "@spikeloop/random";
import { checkTensor, type Tensor, tensor } from "@spikeloop/tensor";
import type { NoiseOptions } from "./population.ts";

const none: readonly Tensor[] = Object.freeze([]);

/**
 * The noise sequences `names` in their order, given by name or drawn: what a surrogate reads is uniform in [0, 1), and
 * a sequence [T, N, D] is drawn step by step, each with its own part of the key, so that steps can draw it too.
 *
 * @throws {TypeError} if a sequence is neither given nor can be drawn, or an unknown one is given.
 */
export function resolveNoise(
  what: string,
  names: readonly string[],
  options: NoiseOptions | undefined,
  like: Tensor,
): readonly Tensor[] {
  if (options === undefined && names.length === 0) return none;
  if (options !== undefined) checkOptions(`run ${what}`, options, optionNames);
  const { key, noise = {} } = options ?? {};
  const unknown = Object.keys(noise).find((n) => !names.includes(n));
  if (unknown !== undefined) {
    const known = names.length === 0 ? "it reads none" : `it reads ${names.join(", ")}`;
    throw new TypeError(`Cannot run ${what}: it reads no noise named "${unknown}"; ${known}`);
  }
  return names.map((name) => {
    const given = noise[name];
    if (given !== undefined) {
      checkTensor(what, `noise "${name}"`, given);
      return given;
    }
    if (name !== surrogateNoise || key === undefined) throw missing(what, name, like);
    if (typeof key !== "object" || key === null) {
      throw new TypeError(`Cannot run ${what}: key is ${describe(key)}, expected key(seed)`);
    }
    const { backend, shape } = like;
    if (shape.length < 3) return uniform(key, shape, { backend });
    const numbers = new Float32Array(like.size);
    split(key, shape[0]).forEach((k, t) => {
      const drawn = uniform(k, shape.slice(1));
      numbers.set(drawn.dataSync(), t * drawn.size);
    });
    return tensor(numbers, shape, { backend });
  });
}

const optionNames: readonly string[] = ["key", "noise"];

function missing(what: string, name: string, like: Tensor): TypeError {
  const axes = like.shape.length < 3 ? "[N, D]" : "[T, N, D]";
  const given = `{ noise: { "${name}": tensor of shape ${axes} } }`;
  return new TypeError(
    name === surrogateNoise
      ? `Cannot run ${what}: its surrogate fires at random and no random numbers are given; ` +
        `pass { key: key(seed) }, a new key every time, or ${given}`
      : `Cannot run ${what}: it reads noise that is not given; pass ${given}`,
  );
}
