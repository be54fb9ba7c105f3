/** A name without case and separators: "v_threshold" and "vThreshold" are alike. */
function canonical(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, "");
}

/**
 * Those of `names`, three at most, that someone who wrote `given` may have meant, the closest first. Case and
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
export function closest(given: string, names: readonly string[]): string[] {
  const from = canonical(given);
  const distances = new Map(names.map((name) => [name, distance(from, canonical(name))]));
  const at = (name: string) => distances.get(name) ?? Infinity;
  const near = (name: string) => at(name) <= Math.min(Math.ceil(name.length / 3), name.length - 1);
  return names.filter(near).sort((a, b) => at(a) - at(b)).slice(0, 3);
}

/** The fewest letters to insert, delete or replace to turn one word into the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      next.push(Math.min(next[j] + 1, row[j + 1] + 1, row[j] + (from[i] === to[j] ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length];
}
