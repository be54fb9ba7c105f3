import { add, constant, cos, div, type Expr, mul, sin } from "@spikeloop/expr";
import { type SurrogateFactory, surrogateFactory } from "../define.ts";

/** term(1) + term(3) + ... + term(2n - 3). */
function oddTerms(n: number, term: (odd: number) => Expr): Expr {
  let sum = constant(0);
  for (let i = 1; i < n; i++) sum = i === 1 ? term(1) : add(sum, term(2 * i - 1));
  return sum;
}

/**
 * h'(u) = 4/T Σᵢ cos((2i-1) 2πu/T) for i = 1 ... n-1
 *
 * h(u) = 1/2 + 2/π Σᵢ sin((2i-1) 2πu/T)/(2i-1)
 *
 * `n` is an integer from 1 to 1024, 2 by default. As in SpikingJelly the sum has n - 1 terms, so
 * that `n` = 1 has a slope of 0. `tPeriod` > 0 is the period of the wave in units of the membrane,
 * 8 by default. h is a square wave, and the step of a spike is half its period; so the slope never
 * fades and may be negative.
 *
 * Source: SpikingJelly's `SquarewaveFourierSeries`.
 *
 * @throws {TypeError} if a parameter is unknown or not a number.
 * @throws {RangeError} if `n` is not an integer from 1 to 1024, or `tPeriod` is not > 0 or finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { slopeAt, squarewaveFourierSeries } from "@spikeloop/surrogate";
 *
 * assertEquals(slopeAt(squarewaveFourierSeries({ n: 3 }), new Float32Array([0]))[0], 1);
 * ```
 */
export const squarewaveFourierSeries: SurrogateFactory<"n" | "tPeriod"> =
  /* @__PURE__ */ surrogateFactory({
    name: "squarewaveFourierSeries",
    params: {
      n: { default: 2, min: 1, max: 1024, integer: true },
      tPeriod: { default: 8, above: 0 },
    },
    slope: (u, { n, tPeriod }) => {
      const w = 2 * Math.PI / tPeriod;
      return mul(oddTerms(n, (odd) => cos(mul(odd * w, u))), 4 / tPeriod);
    },
    primitive: (u, { n, tPeriod }) => {
      const w = 2 * Math.PI / tPeriod;
      return add(0.5, mul(2 / Math.PI, oddTerms(n, (odd) => div(sin(mul(odd * w, u)), odd))));
    },
  });
