import { fail } from "@spikeloop/errors";
import { type Expr, inputNames, makeInput, spike, toExpr, withSlope } from "@spikeloop/expr";
import { asSurrogate, type Surrogate } from "./surrogate.ts";

/**
 * Returns the output of a unit at u = membrane - threshold, with the surrogate's derivative:
 *
 * - if it spikes: Heaviside(u), or the surrogate's own forward(u, noise), with derivative slope(u);
 * - if it doesn't: primitive(u), differentiated as written.
 *
 * @param noise Uniform in [0, 1); it is read only if {@linkcode needsNoise} returns true.
 * @throws {TypeError} if `s` is not a surrogate, or doesn't spike and has no primitive.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { constant, evaluate, input } from "@spikeloop/expr";
 * import { fire, rect } from "@spikeloop/surrogate";
 *
 * const u = input("u");
 * const spiking = fire(rect(), u, constant(0));
 * const smooth = fire(rect({ spiking: false }), u, constant(0));
 * assertEquals(evaluate(spiking, { u: 0.25 }), 1);
 * assertEquals(evaluate(smooth, { u: 0.25 }), 0.75);
 * ```
 */
export function fire(s: Surrogate, u: Expr, noise: Expr): Expr {
  const { spiking = true } = asSurrogate(s);
  if (!spiking && s.primitive !== undefined) return resultOf(s, "primitive", u);
  const slope = resultOf(s, "slope", u);
  if (s.forward === undefined) return spike(u, slope);
  return withSlope(resultOf(s, "forward", u, noise), u, slope);
}

/**
 * Calls a function of a surrogate, which anybody may have written.
 *
 * @throws {TypeError} if it throws one, or returns neither an expression nor a number.
 */
export function resultOf(
  s: Surrogate,
  method: "slope" | "primitive" | "forward",
  ...args: [u: Expr, noise?: Expr]
): Expr {
  const action = `use surrogate "${s.name}"`;
  let result: unknown;
  try {
    result = (s[method] as (...args: unknown[]) => unknown)(...args);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    fail(action, `its ${method} does not work. ${error.message}`, TypeError, { cause: error });
  }
  try {
    return toExpr(result as Expr);
  } catch {
    return fail(
      action,
      `its ${method} returned ${String(result)} (${typeof result}), ` +
        "expected an expression made with the functions of @spikeloop/expr",
    );
  }
}

/**
 * Whether {@linkcode fire} is the plain step Heaviside(u), so that kernels may rely on spikes that
 * are 0 or 1 and follow from u alone. False for counts, for random spikes, and if the primitive is
 * the forward pass.
 *
 * @example
 * ```ts
 * import { firesBinary, multiLevelSpikeCount, rect } from "@spikeloop/surrogate";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(firesBinary(rect()), true);
 * assertEquals(firesBinary(multiLevelSpikeCount({ maxSpikeCount: 4 })), false);
 * ```
 */
export function firesBinary(s: Surrogate): boolean {
  const { spiking = true, fires = "binary", forward } = asSurrogate(s);
  return spiking && fires === "binary" && forward === undefined;
}

/**
 * Whether {@linkcode fire} reads its noise.
 *
 * @example
 * ```ts
 * import { needsNoise, poissonPass, rect } from "@spikeloop/surrogate";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(needsNoise(rect()), false);
 * assertEquals(needsNoise(poissonPass()), true);
 * ```
 */
export function needsNoise(s: Surrogate): boolean {
  const { spiking = true } = asSurrogate(s);
  if (!spiking || s.forward === undefined) return false;
  return inputNames([s.forward(makeInput("u"), makeInput("noise"))]).includes("noise");
}
