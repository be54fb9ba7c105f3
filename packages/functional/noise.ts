import { surrogateNoise } from "@spikeloop/neuron";
import { split, uniform } from "@spikeloop/random";
import { stack, type Tensor } from "@spikeloop/tensor";
import { checkTensor, show } from "./check.ts";
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
  if (options !== undefined) checkOptionNames(what, options);
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
      throw new TypeError(`Cannot run ${what}: key is ${show(key)}, expected key(seed)`);
    }
    const { backend, shape } = like;
    if (shape.length < 3) return uniform(key, shape, { backend });
    return stack(split(key, shape[0]).map((k) => uniform(k, shape.slice(1), { backend })));
  });
}

const optionNames: readonly string[] = ["key", "noise", "names"];

function checkOptionNames(what: string, options: unknown): void {
  const wrong = typeof options === "object" && options !== null
    ? Object.keys(options).find((k) => !optionNames.includes(k))
    : show(options);
  if (wrong !== undefined) {
    throw new TypeError(
      `Cannot run ${what} with the option ${wrong}: expected a record of key and noise`,
    );
  }
}

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
