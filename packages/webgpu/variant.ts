import type { Pipeline } from "./commands.ts";

/** The part of a variant's name that tells it from its siblings. */
export type VariantKey = number | string | Variant;

/** The most variants of one node: a program may make ever new ones. */
const mostVariants = 512;

/**
 * A shader among those of a definition, found by the parts of its name one after another. So no
 * name is put together for a look-up.
 */
export class Variant {
  /** The definition, or the last part of the name. */
  readonly key: object | VariantKey;
  /** The variant that this one is one of; undefined for a definition. */
  readonly parent: Variant | undefined;
  /** Its compiled shader. */
  pipeline: Pipeline | undefined;
  #next: Map<VariantKey, Variant> | undefined;
  /** The one that was found last: most often the next one, too. */
  #last: Variant | undefined;

  /** Makes a variant; `at` and `Pipelines.of` do. */
  constructor(key: object | VariantKey, parent?: Variant) {
    this.key = key;
    this.parent = parent;
  }

  /** The variant with one more part. */
  at(key: VariantKey): Variant {
    const last = this.#last;
    if (last !== undefined && last.key === key) return last;
    const next = this.#next ??= new Map();
    let variant = next.get(key);
    if (variant === undefined) {
      if (next.size >= mostVariants) next.clear();
      next.set(key, variant = new Variant(key, this));
    }
    return this.#last = variant;
  }

  /** The variant with a list of any length of small numbers, below 16, as parts. */
  atDigits(digits: readonly number[]): Variant {
    let variant = this.at(digits.length);
    for (let from = 0; from < digits.length; from += 7) {
      let part = 0;
      for (let i = from; i < digits.length && i < from + 7; i++) part = part * 16 + digits[i];
      variant = variant.at(part);
    }
    return variant;
  }
}
