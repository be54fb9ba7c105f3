import { refuse } from "@spikeloop/errors";
import type { Tensor } from "@spikeloop/tensor";
import { takeParts } from "../take_parts.ts";
import { refuseComponent } from "../take_vector.ts";

/** The tensors of a rollout that PPO has to read, each [T · N]. */
export type PpoAssessment = {
  /** log π of what was drawn. */
  readonly logDensity: Tensor;
  /** The values of the observations before the steps, in the units of the value network. */
  readonly value: Tensor;
  /** The values of the observations after the steps. */
  readonly nextValue: Tensor;
};

/** Its numbers. */
export type Assessed = { readonly [name in keyof PpoAssessment]: Float32Array };

/** Reads the tensors, which are on the CPU. */
export function readAssessed({ logDensity, value, nextValue }: PpoAssessment): Assessed {
  return {
    logDensity: logDensity.dataSync(),
    value: value.dataSync(),
    nextValue: nextValue.dataSync(),
  };
}

/**
 * Checks the numbers.
 *
 * @throws {TypeError} if one is missing, unknown, or not a Float32Array of `rows` numbers.
 * @throws {RangeError} if a number is not finite.
 */
export function takeAssessed(action: string, value: unknown, rows: number): Assessed {
  const doing = `${action}, assessed`;
  const parts = takeParts(doing, value, ["logDensity", "value", "nextValue"], "part");
  const take = (name: keyof Assessed) => {
    const numbers = parts[name];
    if (!(numbers instanceof Float32Array && numbers.length === rows)) {
      return refuse(doing, name, numbers, `a Float32Array of length ${rows}`);
    }
    const at = numbers.findIndex((x) => !Number.isFinite(x));
    return at === -1 ? numbers : refuseComponent(doing, `${name}[${at}]`, numbers[at]);
  };
  return { logDensity: take("logDensity"), value: take("value"), nextValue: take("nextValue") };
}
