/** How many of the last used definitions a cache keeps alive. */
const recent = 64;

/**
 * Definitions by their structure. A definition that anybody holds is found; of those that nobody holds any more, the
 * last 64 used are found too, and the others are collected with all that was compiled for them.
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
  /** The last used ones, the latest at the end. */
  readonly #recent = new Map<string, Definition>();
  readonly #collected = new FinalizationRegistry<string>((key) => {
    if (this.#all.get(key)?.deref() === undefined) this.#all.delete(key);
  });

  /** How many definitions are found. */
  get size(): number {
    return this.#all.size;
  }

  /** The definition known by `key`, or else the one that `make` returns, known by it from now on. */
  get(key: string, make: () => Definition): Definition {
    let definition = this.#all.get(key)?.deref();
    if (definition === undefined) {
      definition = make();
      this.#all.set(key, new WeakRef(definition));
      this.#collected.register(definition, key);
    }
    this.#recent.delete(key);
    this.#recent.set(key, definition);
    if (this.#recent.size > recent) {
      for (const oldest of this.#recent.keys()) {
        this.#recent.delete(oldest);
        break;
      }
    }
    return definition;
  }
}
