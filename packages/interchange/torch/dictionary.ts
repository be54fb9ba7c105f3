import { type Budget, objectBytes } from "../budget.ts";
import {
  type Dictionary,
  fail,
  isKind,
  isSequence,
  isTuple,
  type Key,
  showValue,
  type TupleKey,
  type Value,
} from "./values.ts";

/** The engine holds fewer entries than 2²⁴ in a map. */
export const maxEntries = 2 ** 24 - 2;
/** How deep tuples may lie in a key. */
const maxDepth = 8;

/** Python's True and False are its 1 and 0, also as keys. */
const sameKeys = new Map<Key, Key>([[true, 1], [1, true], [false, 0], [0, false]]);

/** The keys of dictionaries that are tuples, by their text: equal tuples are one key. */
const tupleKeys = new WeakMap<Dictionary, Map<string, TupleKey>>();

/**
 * Sets an item of a dictionary.
 *
 * @throws {SyntaxError} if Python has no such key: a list, a dictionary or a set.
 */
export function setItem(dictionary: Dictionary, name: Value, value: Value, budget: Budget): void {
  budget.spend(2 * objectBytes);
  const key = isTuple(name) ? toTupleKey(dictionary, name, budget) : toKey(name);
  const same = sameKeys.get(key);
  dictionary.set(same !== undefined && dictionary.has(same) ? same : key, value);
  if (dictionary.size > maxEntries) fail(`a dictionary has more than ${maxEntries} items`);
}

function toKey(name: Value): Key {
  if (isSequence(name) || name instanceof Map || isKind(name, "set") && !name.isFrozen) {
    return fail(
      `a dictionary has the key ${showValue(name)}, expected a text, a number or a tuple`,
    );
  }
  return name;
}

function toTupleKey(dictionary: Dictionary, items: readonly Value[], budget: Budget): Key {
  let isPlain = true;
  const show = (items: readonly Value[], depth: number): string => {
    if (depth > maxDepth) return fail(`a key holds tuples deeper than ${maxDepth} levels`);
    const texts = items.map((item) => {
      if (isTuple(item)) return show(item, depth + 1);
      const key = toKey(item);
      isPlain &&= typeof key !== "object" || key === null;
      const text = typeof key === "string" ? JSON.stringify(key) : showKey(key);
      budget.spend(2 * objectBytes + 2 * text.length);
      return text;
    });
    budget.spend(objectBytes);
    return `(${texts.join(", ")}${texts.length === 1 ? "," : ""})`;
  };
  const key: TupleKey = { kind: "tuple key", text: show(items, 1) };
  // Other objects of Python are equal to themselves only.
  if (!isPlain) return key;
  const keys = tupleKeys.get(dictionary) ?? new Map<string, TupleKey>();
  tupleKeys.set(dictionary, keys);
  const known = keys.get(key.text) ?? key;
  keys.set(key.text, known);
  return known;
}

/** A key as Python writes it. */
export function showKey(key: Key): string {
  if (key === null) return "None";
  if (typeof key === "boolean") return key ? "True" : "False";
  return typeof key === "object" ? showValue(key) : String(key);
}
