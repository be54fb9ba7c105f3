import { checkOptions, describeOption } from "@spikeloop/errors";
import { cubaLif, integrateAndFire, lif } from "@spikeloop/neuron";

/** How time is cut into steps. */
export interface NirStepping {
  /** The length of a step, in seconds, or whatever the time constants are in. */
  readonly dt: number;
  /**
   * What remains of a membrane or a current with the time constant τ after a step: `"euler"` is 1 - dt/τ, forward
   * Euler, as most libraries do it; `"exact"` is exp(-dt/τ), the solution for an input that does not change within a
   * step. Euler if missing.
   */
  readonly method?: "euler" | "exact";
}

/** The models that have a node in NIR, by its type. */
export const models = { IF: integrateAndFire, LIF: lif, CubaLIF: cubaLif };

/** An error about a conversion. */
export function fail(kind: typeof TypeError | typeof RangeError, problem: string): never {
  throw new kind(`Cannot convert the neuron: ${problem}`);
}

/** Refuses a step that is none. */
export function checkStepping(stepping: NirStepping, more: readonly string[] = []): void {
  checkOptions("convert the neuron", stepping, ["dt", "method", ...more]);
  const { dt, method = "euler" } = stepping;
  if (!(dt > 0) || !Number.isFinite(dt)) {
    fail(RangeError, `dt is ${describeOption(dt)}, expected a finite number above 0`);
  }
  if (method !== "euler" && method !== "exact") {
    fail(RangeError, `method is ${JSON.stringify(method)}, expected "euler" or "exact"`);
  }
}

/** What remains after a step. */
export function decayOf(tau: number, name: string, { dt, method }: NirStepping): number {
  if (!(tau > 0)) fail(RangeError, `${name} is ${tau}, expected a number above 0`);
  const step = Math.fround(dt); // as tau is float32
  if (method === "exact") return Math.exp(-step / tau);
  if (step > tau) {
    fail(
      RangeError,
      `a step of ${dt} is longer than ${name}, ${tau}: take a shorter one, or method "exact"`,
    );
  }
  return 1 - step / tau;
}

/** The time constant of which this remains after a step. */
export function tauOf(decay: number, name: string, { dt, method }: NirStepping): number {
  if (decay < 1 && (decay > 0 || method !== "exact" && decay === 0)) {
    return method === "exact" ? -dt / Math.log(decay) : dt / (1 - decay);
  }
  return fail(
    RangeError,
    `${name} is ${decay}, and no time constant gives that: expected a number between 0 and 1`,
  );
}
