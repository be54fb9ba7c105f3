import { RecentMap } from "./recent_map.ts";

/**
 * Definitions by their structure, so that equal definitions are one object. The cache finds every
 * definition that is in use elsewhere, and at least the last 64 used of all. The garbage collector
 * frees the others, and with them their compiled code.
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

  /** The number of definitions. */
  get size(): number {
    return this.#all.size;
  }

  /** The definition of `key`; `make` makes it if there is none. */
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
