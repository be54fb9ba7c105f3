import type { Expr } from "./expr.ts";

const binaryTags: ReadonlySet<Expr["tag"]> = new Set(["less", "lessEqual", "equal", "spike"]);

/**
 * Whether the value of `e` is 0 or 1 by its operation: a comparison or a spike, also detached or
 * with a declared derivative. Printers compute such values as masks or conditions.
 *
 * For expressions; `isBinary` of `@spikeloop/surrogate` is for surrogates.
 *
 * @example
 * ```ts
 * import { detach, input, isBinary, less, mul } from "@spikeloop/expr";
 * import { assertEquals } from "@std/assert";
 *
 * const x = input("x");
 * assertEquals(isBinary(detach(less(x, 1))), true);
 * assertEquals(isBinary(mul(less(x, 1), 1)), true); // a factor of 1 is dropped
 * assertEquals(isBinary(mul(less(x, 1), 2)), false);
 * ```
 */
export function isBinary(e: Expr): boolean {
  let value = e;
  while (value.tag === "surrogate" || value.tag === "detach") {
    value = value.tag === "detach" ? value.a : value.value;
  }
  return binaryTags.has(value.tag);
}
