import { assert } from "@std/assert";
import { makeBudget } from "../budget.ts";
import { failReading } from "../reading.ts";
import { setItem } from "./dictionary.ts";
import type { Dictionary } from "./values.ts";

Deno.test("setItem() gives the engine no key whose hash a file can foresee", () => {
  const integers = [0, 1, 7, 123_456, 2 ** 31 - 1];
  const budget = makeBudget(0, undefined, failReading("the file"));
  const dictionary: Dictionary = new Map();
  const keys: unknown[] = [];
  const { set } = Map.prototype;
  Map.prototype.set = function (key, value) {
    keys.push(key);
    return set.call(this, key, value);
  };
  try {
    for (const integer of integers) setItem(dictionary, integer, null, budget);
  } finally {
    Map.prototype.set = set;
  }
  assert(keys.length >= integers.length);
  for (const key of keys) {
    // Engines hash objects, and texts that are no numbers, by what no file knows.
    assert(
      typeof key === "object" || typeof key === "string" && !integers.map(String).includes(key),
    );
  }
});
