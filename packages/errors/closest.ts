/**
 * A name without case and separators: "ATan", "a_tan" and "atan" are one name.
 *
 * @example
 * ```ts
 * import { canonical } from "@spikeloop/errors";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(canonical("V_Threshold"), canonical("vThreshold"));
 * ```
 */
export function canonical(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, "");
}

/**
 * The names, three at most, that somebody may have meant by `name`, the closest first. Case and
 * separators do not count.
 *
 * @example
 * ```ts
 * import { closest } from "@spikeloop/errors";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(closest("v_treshold", ["vReset", "vThreshold"]), ["vThreshold"]);
 * ```
 */
export function closest(name: string, known: readonly string[]): string[] {
  // A file may bring a name of a million letters.
  const from = canonical(name.slice(0, 100));
  const far = (to: string) => distance(from, canonical(to));
  return known.filter((to) => far(to) < Math.min(to.length / 3 + 1, to.length))
    .sort((a, b) => far(a) - far(b)).slice(0, 3);
}

/**
 * The end of a message about an unknown name: `; did you mean vThreshold?`, or nothing if no known
 * name is close.
 *
 * @example
 * ```ts
 * import { didYouMean } from "@spikeloop/errors";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(didYouMean("rekt", ["atan", "rect"]), "; did you mean rect?");
 * assertEquals(didYouMean("gaussian", ["atan", "rect"]), "");
 * ```
 */
export function didYouMean(name: string, known: readonly string[]): string {
  const names = closest(name, known);
  return names.length === 0 ? "" : `; did you mean ${names.join(" or ")}?`;
}

/** The fewest letters to insert, delete or replace to turn one word into the other. */
function distance(from: string, to: string): number {
  const row = [...Array(to.length + 1).keys()];
  for (const letter of from) {
    let corner = row[0]++;
    for (let j = 0; j < to.length; j++) {
      const replaced = corner + Number(letter !== to[j]);
      corner = row[j + 1];
      row[j + 1] = Math.min(row[j] + 1, corner + 1, replaced);
    }
  }
  return row[to.length];
}
