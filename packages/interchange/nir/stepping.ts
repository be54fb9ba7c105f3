import { checkOptions, type ErrorKind, fail, takeNumber, takeOneOf } from "@spikeloop/errors";
import { cubaLif, integrateAndFire, lif } from "@spikeloop/neuron";

/** How time is cut into steps. */
export interface NirStepping {
  /** The length of a step, in seconds, or in the unit of the time constants. */
  readonly dt: number;
  /**
   * The decay per step of a membrane or a current with the time constant τ: `"euler"` is 1 - dt/τ,
   * forward Euler, as in most libraries; `"exact"` is exp(-dt/τ), the solution for an input that is
   * constant within a step. Euler if missing.
   */
  readonly method?: "euler" | "exact";
}

const action = "convert the neuron";

/** The models that NIR has a node for, by its type. */
export const models = { IF: integrateAndFire, LIF: lif, CubaLIF: cubaLif };

/** Throws an error about a conversion. */
export function failConversion(problem: string, kind?: ErrorKind): never {
  return fail(action, problem, kind);
}

/**
 * Checks the options of a conversion.
 *
 * @param others The names of the options that the caller checks itself.
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if `dt` is not positive, or `method` is not a method.
 */
export function checkStepping(stepping: NirStepping, others: readonly string[] = []): void {
  checkOptions(action, stepping, ["dt", "method", ...others]);
  takeNumber(action, "dt", stepping.dt, { above: 0 });
  takeOneOf(action, "method", stepping.method ?? "euler", ["euler", "exact"]);
}

/** The decay per step of the time constant `tau`. */
export function decayOf(tau: number, name: string, { dt, method }: NirStepping): number {
  if (!(tau > 0)) failConversion(`${name} is ${tau}, expected a number above 0`, RangeError);
  const step = Math.fround(dt); // as tau is float32
  if (method === "exact") return Math.exp(-step / tau);
  if (step > tau) {
    failConversion(
      `a step of ${dt} is longer than ${name}, ${tau}: take a shorter one, or method "exact"`,
      RangeError,
    );
  }
  return 1 - step / tau;
}

/** The time constant with this decay per step. */
export function tauOf(decay: number, name: string, { dt, method }: NirStepping): number {
  if (decay < 1 && (decay > 0 || method !== "exact" && decay === 0)) {
    return method === "exact" ? -dt / Math.log(decay) : dt / (1 - decay);
  }
  return failConversion(
    `${name} is ${decay}, and no time constant gives that: expected a number between 0 and 1`,
    RangeError,
  );
}
