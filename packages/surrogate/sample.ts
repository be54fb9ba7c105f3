import { fail, refuse } from "@spikeloop/errors";
import { compileEvaluator, type Expr, input } from "@spikeloop/expr";
import { resultOf } from "./fire.ts";
import { asSurrogate, type Surrogate } from "./surrogate.ts";

/**
 * Returns h'(u) at every number of `values`, for plots and checks.
 *
 * @throws {TypeError} if `s` is not a surrogate, or `values` not a Float32Array.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { slopeAt, triangle } from "@spikeloop/surrogate";
 *
 * const heights = slopeAt(triangle({ alpha: 1 }), new Float32Array([-1, -0.5, 0]));
 * assertEquals(heights.join(), "0,0.5,1");
 * ```
 */
export function slopeAt(s: Surrogate, values: Float32Array): Float32Array {
  return sample(resultOf(asSurrogate(s), "slope", input("u")), values);
}

/**
 * Returns h(u) at every number of `values`, for plots and checks.
 *
 * @throws {TypeError} if `s` is not a surrogate, has no primitive, or `values` is not a
 * Float32Array.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { primitiveAt, rect } from "@spikeloop/surrogate";
 *
 * const heights = primitiveAt(rect(), new Float32Array([-1, 0, 0.25]));
 * assertEquals(heights.join(), "0,0.5,0.75");
 * ```
 */
export function primitiveAt(s: Surrogate, values: Float32Array): Float32Array {
  const { name, primitive } = asSurrogate(s);
  if (primitive === undefined) {
    fail(`evaluate the primitive of surrogate "${name}"`, "it has none");
  }
  return sample(resultOf(s, "primitive", input("u")), values);
}

function sample(e: Expr, values: Float32Array): Float32Array {
  if (!(values instanceof Float32Array)) {
    refuse("evaluate a surrogate", "values", values, "a Float32Array");
  }
  const evaluate = compileEvaluator([e], ["u"]);
  const result = [0];
  return values.map((u) => {
    evaluate([u], result);
    return result[0];
  });
}
