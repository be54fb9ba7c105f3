import { type Expr, input, inputNames, spike, toExpr, withSlope } from "@spikeloop/expr";
import { asSurrogate, type Surrogate } from "./surrogate.ts";

/**
 * What a unit emits at u = membrane - threshold, with the surrogate's derivative attached:
 *
 * - spiking: Heaviside(u), or the surrogate's own forward(u, noise); its derivative is slope(u);
 * - not spiking: primitive(u), differentiated as written.
 *
 * `noise` is uniform in [0, 1), and is read only where {@linkcode needsNoise} says so.
 *
 * @throws {TypeError} if `s` is not a surrogate, or is not to spike and has no primitive.
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
  if (!spiking && s.primitive !== undefined) return yielded(s, "primitive", s.primitive(u));
  const slope = yielded(s, "slope", s.slope(u));
  if (s.forward === undefined) return spike(u, slope);
  return withSlope(yielded(s, "forward", s.forward(u, noise)), u, slope);
}

/** `result`, checked to be an expression (or a plain number, which stands for one). */
export function yielded(s: Surrogate, method: string, result: unknown): Expr {
  try {
    return toExpr(result as Expr);
  } catch {
    throw new TypeError(
      `Cannot use surrogate "${s.name}": its ${method} returned ${
        String(result)
      } (${typeof result}), ` +
        `expected an expression made with the functions of @spikeloop/expr`,
    );
  }
}

/**
 * Whether {@linkcode fire} yields the plain step Heaviside(u), so that kernels may rely on spikes
 * that are 0 or 1 and follow from u alone. False for counts, for random spikes, and where the
 * primitive is in the forward pass.
 *
 * @example
 * ```ts
 * import { isBinary, multiLevelSpikeCount, rect } from "@spikeloop/surrogate";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isBinary(rect()), true);
 * assertEquals(isBinary(multiLevelSpikeCount({ maxSpikeCount: 4 })), false);
 * ```
 */
export function isBinary(s: Surrogate): boolean {
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
  return inputNames([s.forward(input("u"), input("noise"))]).includes("noise");
}
