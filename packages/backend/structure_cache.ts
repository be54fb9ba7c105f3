import { RecentMap } from "./recent_map.ts";

/**
 * Definitions by their structure. A definition that anybody holds is found. So are at least the
 * last 64 used of those that nobody holds any more; the others are collected, and with them
 * everything that was compiled for them.
 *
 * @example
 * ```ts
 * import { StructureCache } from "@spikeloop/backend";
 * import { assertStrictEquals } from "@std/assert";
 *
 * const cache = new StructureCache<{ readonly text: string }>();
 * const first = cache.get("a", () => ({ text: "a" }));
 * assertStrictEquals(cache.get("a", () => ({ text: "another" })), first);
 * ```
 */
export class StructureCache<Definition extends object> {
  readonly #all = new Map<string, WeakRef<Definition>>();
  readonly #recent = new RecentMap<Definition>(64);
  readonly #collected = new FinalizationRegistry<string>((key) => {
    if (this.#all.get(key)?.deref() === undefined) this.#all.delete(key);
  });

  /** The number of definitions that are found. */
  get size(): number {
    return this.#all.size;
  }

  /** The definition of `key`. Where there is none yet, `make` returns it. */
  get(key: string, make: () => Definition): Definition {
    const recent = this.#recent.get(key);
    if (recent !== undefined) return recent;
    let definition = this.#all.get(key)?.deref();
    if (definition === undefined) {
      definition = make();
      this.#all.set(key, new WeakRef(definition));
      this.#collected.register(definition, key);
    }
    this.#recent.set(key, definition);
    return definition;
  }
}
