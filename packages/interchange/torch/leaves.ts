import { type Budget, objectBytes } from "../budget.ts";
import { quote } from "../reading.ts";
import { maxEntries, showKey } from "./dictionary.ts";
import { isConstant } from "./globals.ts";
import {
  fail,
  isKind,
  isSequence,
  type Scalar,
  showValue,
  type TorchTensor,
  type Value,
} from "./values.ts";

/** How deep dictionaries and lists may lie in each other. */
const maxDepth = 64;

/** A part of an object that does not come along. */
export interface LeftOut {
  readonly kind: "left out";
  /** The reason. */
  readonly reason: string;
}

/** A value in dictionaries and lists. */
export type Leaf = Scalar | TorchTensor | LeftOut;

/**
 * The leaves of an object by their paths, in order. A path is the keys and indices, joined by dots.
 *
 * An object may hold itself, or the same part again and again, so depth is limited and every visit
 * is paid for.
 */
export function leavesByPath(root: Value, budget: Budget): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const parents = new Set<Value>();
  const leaveOut = (path: string, reason: string) => {
    budget.spend(8 * objectBytes);
    leaves.set(path, { kind: "left out", reason: `${quote(path)} ${reason}` });
  };
  const add = (path: string, leaf: Value): void => {
    if (leaves.has(path)) leaveOut(path, "is there twice");
    else if (isKind(leaf, "tensor")) leaves.set(path, leaf);
    else if (typeof leaf !== "object" || leaf === null) leaves.set(path, leaf);
    else if (isKind(leaf, "global") && isConstant(leaf)) leaves.set(path, leaf.name);
    else leaveOut(path, `is ${showValue(leaf)}, expected a tensor or a plain value`);
    if (leaves.size > maxEntries) fail(`it holds more than ${maxEntries} values`);
  };
  const visit = (path: string, value: Value, depth: number): void => {
    budget.spend(2 * objectBytes + 2 * path.length);
    const parts = isKind(value, "set") ? value.items : value;
    if (!isSequence(parts) && !(parts instanceof Map)) return add(path, value);
    if (parents.has(parts)) {
      return leaveOut(path, `holds itself, and so nests deeper than ${maxDepth} levels`);
    }
    if (depth >= maxDepth) return leaveOut(path, `nests deeper than ${maxDepth} levels`);
    parents.add(parts);
    for (const [key, part] of parts.entries()) {
      const name = showKey(key);
      visit(depth === 0 ? name : `${path}.${name}`, part, depth + 1);
    }
    parents.delete(parts);
  };
  visit("", root, 0);
  return leaves;
}
