import { checkOptions, type ErrorKind, fail, takeNumber, takeOneOf } from "@spikeloop/errors";
import { cubaLif, integrateAndFire, lif } from "@spikeloop/neuron";
import { exactCubaLif } from "./exact_cuba_lif.ts";

/** How time is cut into steps. */
export interface NirStepping {
  /** The length of a step, in seconds, or in the unit of the time constants. */
  readonly dt: number;
  /**
   * How the equations are solved. `"euler"`: forward Euler, as in most libraries, with the decay 1
   * - dt/τ per step. `"exact"`: the solution for an input that is constant within a step, with the
   * decay exp(-dt/τ). Euler if missing.
   */
  readonly method?: "euler" | "exact";
}

const action = "convert the neuron";

/** The models that solve a node, by its type and the method. */
export const models = {
  euler: { IF: integrateAndFire, LIF: lif, CubaLIF: cubaLif },
  exact: { IF: integrateAndFire, LIF: lif, CubaLIF: exactCubaLif },
};

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
  takeNumber(action, "dt", stepping.dt, { above: 0, float32: true });
  takeOneOf(action, "method", stepping.method ?? "euler", ["euler", "exact"]);
}

/** The decay per step of the time constant `tau`. */
export function decayOf(tau: number, name: string, { dt, method }: NirStepping): number {
  if (!(tau > 0 && tau < Infinity)) {
    failConversion(`${name} is ${tau}, expected a finite number above 0`, RangeError);
  }
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

/** How a membrane follows a current that decays itself, over one step. */
export interface Gains {
  /** v after a step from v = 0 with I = 1 and no input. */
  readonly ofCurrent: number;
  /** v after a step from v = I = 0, per (1 - dₛ)·wᵢₙ·S. */
  readonly ofInput: number;
}

/**
 * The exact solution of τₛ·İ = -I + wᵢₙ·S and τₘ·v̇ = -v + I over a step of dt, with S constant:
 *
 *     I' = dₛ·I + (1 - dₛ)·wᵢₙ·S,   v' = dₘ·v + k·I + (1 - dₘ - k)·wᵢₙ·S
 *     k = τₛ·(dₛ - dₘ) / (τₛ - τₘ),   or dt/τ·exp(-dt/τ) where τₛ = τₘ = τ
 *
 * @returns The factor k, and (1 - dₘ - k) / (1 - dₛ).
 */
export function gainsOf(tauMem: number, tauSyn: number, dt: number): Gains {
  const [ofMem, ofSyn] = [Math.fround(dt) / tauMem, Math.fround(dt) / tauSyn];
  // The quotient is taken by the larger decay, so that it neither cancels nor overflows.
  const far = Math.abs(ofMem - ofSyn);
  const mean = far === 0 ? 1 : -Math.expm1(-far) / far;
  const ofCurrent = ofMem * Math.exp(-Math.min(ofMem, ofSyn)) * mean;
  return { ofCurrent, ofInput: (-Math.expm1(-ofMem) - ofCurrent) / -Math.expm1(-ofSyn) };
}
