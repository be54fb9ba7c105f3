/**
 * Values by key, of which at least the last `least` used are kept, and fewer than twice as many.
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
  // Two generations: a value that is used moves to the young one, and the old one goes as a whole.
  // So a use costs no more than a look.
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  /** An empty map. */
  constructor(least: number) {
    this.#least = least;
  }

  /** The value of `key`, unless it was not used for so long that it is gone. */
  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  /** Sets the value of `key`. */
  set(key: string, value: Value): void {
    this.#young.set(key, value);
    if (this.#young.size < this.#least) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}
