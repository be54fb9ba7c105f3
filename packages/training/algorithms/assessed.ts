import { checkOptions, refuse } from "@spikeloop/errors";
import type { Tensor } from "@spikeloop/tensor";
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

const names = ["logDensity", "value", "nextValue"] as const;

/** Reads the tensors, which are on the CPU. */
export function readAssessed(tensors: PpoAssessment): Assessed {
  const [logDensity, value, nextValue] = names.map((name) => tensors[name].dataSync());
  return { logDensity, value, nextValue };
}

/**
 * Checks the numbers.
 *
 * @throws {TypeError} if one is missing, unknown, or not a Float32Array of `rows` numbers.
 * @throws {RangeError} if a number is not finite.
 */
export function takeAssessed(action: string, value: unknown, rows: number): Assessed {
  const doing = `${action}, assessed`;
  checkOptions(doing, value, names, "part");
  const parts = value as Readonly<Record<string, unknown>>;
  const [logDensity, values, nextValue] = names.map((name) => {
    const numbers = parts[name];
    if (!(numbers instanceof Float32Array && numbers.length === rows)) {
      return refuse(doing, name, numbers, `a Float32Array of ${rows} numbers`);
    }
    const at = numbers.findIndex((x) => !Number.isFinite(x));
    return at === -1 ? numbers : refuseComponent(doing, `${name}[${at}]`, numbers[at]);
  });
  return { logDensity, value: values, nextValue };
}
