import { sameShape } from "./shape.ts";

/**
 * Remembers the results of `make`: per owner those of the `most` lists of numbers that were used
 * last, or most often. They live no longer than their owner. Lists are copied.
 *
 * @example
 * ```ts
 * import { memoized } from "@spikeloop/backend";
 * import { assertStrictEquals } from "@std/assert";
 *
 * const planFor = memoized((_kernel: object, [steps, batch]) => ({ steps, batch }), 8);
 * const kernel = {};
 * assertStrictEquals(planFor(kernel, [16, 4]), planFor(kernel, [16, 4]));
 * ```
 */
export function memoized<Owner extends WeakKey, Value>(
  make: (owner: Owner, numbers: readonly number[]) => Value,
  most = 1,
): (owner: Owner, numbers?: readonly number[]) => Value {
  type Entries = { readonly numbers: readonly number[]; readonly value: Value }[];
  const known = new WeakMap<Owner, Entries>();
  return (owner, numbers = []) => {
    let entries = known.get(owner);
    if (entries === undefined) known.set(owner, entries = []);
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i];
      if (!sameShape(entry.numbers, numbers)) continue;
      // One place forward: layers that take turns with one owner would else reorder all each time.
      if (i > 0) {
        entries[i] = entries[i - 1];
        entries[i - 1] = entry;
      }
      return entry.value;
    }
    const value = make(owner, numbers);
    if (entries.unshift({ numbers: numbers.slice(), value }) > most) entries.pop();
    return value;
  };
}
