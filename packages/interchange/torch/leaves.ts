import { fail, type Value } from "./values.ts";

/** How deep dictionaries and lists may lie in each other. */
const maxDepth = 64;
/** All names together may have so many letters, and some more for every byte of the file. */
const freeLetters = 2 ** 20;
const lettersPerByte = 16;

/** A value in dictionaries and lists, with its path: keys and indices, joined by dots. */
export type Leaf = readonly [name: string, value: Exclude<Value, Value[] | Map<unknown, unknown>>];

/**
 * The leaves of an object, in order. An object may hold itself, or the same part again and again,
 * so depth, number and names are limited.
 */
export function nameLeaves(root: Value, fileSize: number): Leaf[] {
  const leaves: Leaf[] = [];
  const names = new Set<string>();
  let visits = fileSize;
  let letters = freeLetters + lettersPerByte * fileSize;
  const visit = (path: string, value: Value, depth: number): void => {
    letters -= path.length;
    if (--visits < 0 || letters < 0) fail("it holds the same part too often");
    if (depth > maxDepth) fail(`it nests deeper than ${maxDepth} levels`);
    if (Array.isArray(value) || value instanceof Map) {
      for (const [key, part] of value.entries()) {
        visit(depth === 0 ? String(key) : `${path}.${key}`, part, depth + 1);
      }
      return;
    }
    if (names.has(path)) fail(`the name ${JSON.stringify(path)} is there twice`);
    names.add(path);
    leaves.push([path, value]);
  };
  visit("", root, 0);
  return leaves;
}
