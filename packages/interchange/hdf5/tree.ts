import type { Source } from "./source.ts";

/** The deepest B-tree that is read. */
const maxDepth = 16;

/** The children of all leaves of a B-tree (version 1), each with the address of its key. */
export function readTree(
  source: Source,
  address: number,
  type: number,
  keySize: number,
  depth = 0,
): { readonly key: number; readonly child: number }[] {
  const { uint, fail, expect, countWork } = source;
  if (depth > maxDepth) fail("holds a tree that is too deep");
  expect(address, "TREE");
  if (uint(address + 4, 1) !== type) fail(`holds a tree of the wrong kind at byte ${address}`);
  const [level, count] = [uint(address + 5, 1), uint(address + 6, 2)];
  const children: { key: number; child: number }[] = [];
  for (let i = 0; i < count; i++) {
    countWork();
    const key = address + 24 + i * (keySize + 8);
    const child = uint(key + keySize, 8);
    if (level === 0) children.push({ key, child });
    else for (const leaf of readTree(source, child, type, keySize, depth + 1)) children.push(leaf);
  }
  return children;
}
