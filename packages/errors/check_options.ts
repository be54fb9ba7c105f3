import { closest } from "./closest.ts";
import { describe } from "./describe.ts";

/**
 * Checks that options are a record of known names.
 *
 * @param action What cannot be done with them, such as `make ilc`.
 * @param kind What the names stand for; options if missing.
 * @throws {TypeError} if they are no record, or have a name that is not in `known`; close ones are suggested.
 *
 * @example
 * ```ts
 * import { checkOptions } from "@spikeloop/errors";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(
 *   () => checkOptions("make a node", { v_treshold: 1 }, ["vReset", "vThreshold"]),
 *   TypeError,
 *   'Cannot make a node: it has no option "v_treshold", only vReset, vThreshold; did you mean vThreshold?',
 * );
 * ```
 */
export function checkOptions(
  action: string,
  options: unknown,
  known: readonly string[],
  kind = "option",
): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(
      `Cannot ${action}: its ${kind}s are ${describe(options)}, expected a record of ${
        known.join(", ")
      }`,
    );
  }
  // Not Object.keys: this is called for every tensor that is made, and makes nothing itself.
  for (const name in options) if (!known.includes(name)) throw unknown(action, name, known, kind);
}

function unknown(
  action: string,
  name: string,
  known: readonly string[],
  kind: string,
): TypeError {
  const only = known.length === 0 ? "it takes none" : `only ${known.join(", ")}`;
  const near = closest(name, known);
  const hint = near.length === 0 ? "" : `; did you mean ${near.join(" or ")}?`;
  return new TypeError(`Cannot ${action}: it has no ${kind} "${name}", ${only}${hint}`);
}
