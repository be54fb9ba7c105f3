import { type Budget, objectBytes } from "../budget.ts";
import {
  type Dictionary,
  fail,
  isKind,
  isSequence,
  isTuple,
  type Key,
  showValue,
  type TextKey,
  type Value,
} from "./values.ts";

/** The engine holds fewer entries than 2²⁴ in a map. */
export const maxEntries = 2 ** 24 - 2;
/** How deep tuples may lie in a key. */
const maxDepth = 8;

/** The keys of dictionaries that are numbers or tuples, by their text: equal ones are one key. */
const keysByText = new WeakMap<Dictionary, Map<string, TextKey>>();

/**
 * Before every text, so that no file can know which texts the engine hashes alike. It hashes
 * numbers in a way that a file can know: 60,000 with one hash take many seconds.
 */
const salt = /* @__PURE__ */ String(/* @__PURE__ */ Math.random());

/**
 * Sets an item of a dictionary.
 *
 * @throws {SyntaxError} if Python has no such key: a list, a dictionary or a set.
 */
export function setItem(dictionary: Dictionary, name: Value, value: Value, budget: Budget): void {
  budget.spend(2 * objectBytes);
  dictionary.set(findKey(dictionary, name, budget), value);
  if (dictionary.size > maxEntries) fail(`a dictionary has more than ${maxEntries} items`);
}

/** A copy of a dictionary. */
export function copyDictionary(dictionary: Dictionary, budget: Budget): Dictionary {
  const keys = keysByText.get(dictionary);
  budget.spend(2 * objectBytes * (dictionary.size + (keys?.size ?? 0)));
  const copy: Dictionary = new Map();
  for (const [key, value] of dictionary) copy.set(key, value);
  if (keys !== undefined) keysByText.set(copy, new Map(keys));
  return copy;
}

function findKey(dictionary: Dictionary, name: Value, budget: Budget): Key {
  if (isTuple(name)) return toTupleKey(dictionary, name, budget);
  // Python's True and False are its 1 and 0, also as keys.
  if (typeof name === "boolean") {
    return keysByText.get(dictionary)?.get(salt + (name ? "1" : "0")) ?? name;
  }
  if (typeof name === "number" || typeof name === "bigint") {
    if (name === 1 && dictionary.has(true)) return true;
    if (name === 0 && dictionary.has(false)) return false;
    budget.spend(4 * objectBytes);
    return intern(dictionary, { kind: "text key", text: String(name) });
  }
  return toKey(name);
}

/** The key of the same text that a dictionary has already, or else this one. */
function intern(dictionary: Dictionary, key: TextKey): TextKey {
  let keys = keysByText.get(dictionary);
  if (keys === undefined) keysByText.set(dictionary, keys = new Map());
  const known = keys.get(salt + key.text) ?? key;
  keys.set(salt + key.text, known);
  return known;
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
      // JSON writes a sign in up to six.
      if (typeof key === "string") budget.spend(12 * key.length);
      const text = typeof key === "string" ? JSON.stringify(key) : showKey(key);
      budget.spend(2 * objectBytes + 2 * text.length);
      return text;
    });
    budget.spend(objectBytes);
    return `(${texts.join(", ")}${texts.length === 1 ? "," : ""})`;
  };
  const key: TextKey = { kind: "text key", text: show(items, 1) };
  // Other objects of Python are equal to themselves only.
  return isPlain ? intern(dictionary, key) : key;
}

/** A key as Python writes it. */
export function showKey(key: Key): string {
  if (key === null) return "None";
  if (typeof key === "boolean") return key ? "True" : "False";
  return typeof key === "object" ? showValue(key) : String(key);
}
