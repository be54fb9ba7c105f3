/**
 * A map that forgets values: it holds at least the last `least` that were used, and fewer than
 * twice as many.
 *
 * @example
 * ```ts
 * import { RecentMap } from "@spikeloop/backend";
 * import { assertEquals } from "@std/assert";
 *
 * const map = new RecentMap<number>(2);
 * for (let i = 0; i < 5; i++) map.set(`${i}`, i);
 * assertEquals(map.get("4"), 4);
 * assertEquals(map.get("0"), undefined);
 * ```
 */
export class RecentMap<Value> {
  readonly #least: number;
  // Two generations: a use moves a value to the young one, and the old one is dropped as a whole.
  // So a use costs one look-up.
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  /** Makes an empty map. */
  constructor(least: number) {
    this.#least = least;
  }

  /** The value of `key`; undefined if it has none, or was not used for long. */
  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    return old === undefined ? old : this.set(key, old);
  }

  /** Sets the value of `key`, and returns it. */
  set(key: string, value: Value): Value {
    this.#young.set(key, value);
    if (this.#young.size >= this.#least) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    return value;
  }
}
