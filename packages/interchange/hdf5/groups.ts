import { kinds, type Message } from "./messages.ts";
import { nowhere, type Source } from "./source.ts";
import { readTree } from "./tree.ts";

/**
 * The addresses of the object headers of a group's members, by name; undefined if it is no group.
 */
export function readLinks(
  source: Source,
  messages: readonly Message[],
): Map<string, number> | undefined {
  const links = new Map<string, number>();
  const add = (name: string, address: number) => {
    if (links.has(name)) source.fail(`holds the name ${JSON.stringify(name)} twice in a group`);
    if (address >= nowhere) source.fail(`holds ${JSON.stringify(name)}, which is a link elsewhere`);
    links.set(name, address);
  };
  let isGroup = false;
  for (const { kind, at } of messages) {
    if (kind === kinds.symbolTable) readSymbols(source, at, add);
    else if (kind === kinds.link) readLink(source, at, add);
    else if (kind === kinds.linkInfo) checkCompact(source, at);
    else continue;
    isGroup = true;
  }
  return isGroup ? links : undefined;
}

type Add = (name: string, address: number) => void;

/** Reads the members of an old-style group: a B-tree of tables, with the names in a heap. */
function readSymbols(source: Source, at: number, add: Add): void {
  const { uint, expect, countWork } = source;
  const [tree, heap] = [uint(at, 8), uint(at + 8, 8)];
  expect(heap, "HEAP");
  const names = uint(heap + 24, 8);
  for (const { child } of readTree(source, tree, 0, 8)) {
    expect(child, "SNOD");
    const count = uint(child + 6, 2);
    for (let i = 0; i < count; i++) {
      countWork();
      const entry = child + 8 + 40 * i;
      add(source.text(names + uint(entry, 8)), uint(entry + 8, 8));
    }
  }
}

/** Reads a member of a new-style group, as `writeHdf5` writes it. */
function readLink(source: Source, at: number, add: Add): void {
  const { uint, fail, slice } = source;
  const flags = uint(at + 1, 1);
  let next = at + 2;
  if ((flags & 8) !== 0 && uint(next++, 1) !== 0) fail("holds a link that is not a hard one");
  if ((flags & 4) !== 0) next += 8; // the order of creation
  if ((flags & 16) !== 0) next += 1; // the character set
  const width = ([1, 2, 4, 8] as const)[flags & 3];
  const length = uint(next, width);
  source.countWork(length);
  const name = source.decode(slice(next + width, length));
  add(name, uint(next + width + length, 8));
}

/** Checks that the links lie in the group's own header. */
function checkCompact({ uint, fail }: Source, at: number): void {
  const heap = at + 2 + ((uint(at + 1, 1) & 1) !== 0 ? 8 : 0);
  if (uint(heap, 8) < nowhere) fail("holds a group of many members in the newer format");
}
