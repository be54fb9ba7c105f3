import { RecentMap } from "./recent_map.ts";

/**
 * Definitions by their structure, so that equal definitions are one object: at least the last 64
 * used, and at least the last 16 used of every owner that is alive. The others may be collected,
 * and with them all code that was compiled for them.
 *
 * @example
 * ```ts
 * import { StructureCache } from "@spikeloop/backend";
 * import { assertStrictEquals } from "@std/assert";
 *
 * const cache = new StructureCache<{ readonly text: string }>();
 * const first = cache.get({}, "a", () => ({ text: "a" }));
 * assertStrictEquals(cache.get({}, "a", () => ({ text: "another" })), first);
 * ```
 */
export class StructureCache<Definition> {
  readonly #recent = new RecentMap<Definition>(64);
  // Not weak references: their targets stay until the program awaits something, and a loop
  // over ever new definitions may never do that.
  readonly #ofOwners = new WeakMap<object, RecentMap<Definition>>();

  /** The definition of `key`. If there is none, `make` returns it, and `owner` keeps it alive. */
  get(owner: object, key: string, make: () => Definition): Definition {
    let own = this.#ofOwners.get(owner);
    if (own === undefined) this.#ofOwners.set(owner, own = new RecentMap(16));
    return own.get(key) ?? own.set(key, this.#recent.get(key) ?? this.#recent.set(key, make()));
  }
}
