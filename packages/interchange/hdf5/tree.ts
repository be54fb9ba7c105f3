import { objectBytes } from "../budget.ts";
import type { Source } from "./source.ts";

/** The deepest B-tree that is read. */
const maxLevel = 16;

/** A child of a leaf, with the address of its key. */
interface Leaf {
  readonly key: number;
  readonly child: number;
}

/** The children of all leaves of a B-tree (version 1). */
export function readTree(source: Source, root: number, type: number, keySize: number): Leaf[] {
  const { uint, fail, expect, spend } = source;
  const leaves: Leaf[] = [];
  const visit = (address: number, above: number) => {
    spend(8 * objectBytes);
    expect(address, "TREE");
    if (uint(address + 4, 1) !== type) fail(`holds a tree of the wrong kind at byte ${address}`);
    const [level, count] = [uint(address + 5, 1), uint(address + 6, 2)];
    // Every level lies below the one before it, so no tree holds itself.
    if (level >= above) fail(`holds a tree whose level ${level} is not below ${above}`);
    for (let i = 0; i < count; i++) {
      spend(objectBytes);
      const key = address + 24 + i * (keySize + 8);
      const child = uint(key + keySize, 8);
      if (level === 0) leaves.push({ key, child });
      else visit(child, level);
    }
  };
  visit(root, maxLevel);
  return leaves;
}
