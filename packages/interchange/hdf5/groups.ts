import { objectBytes } from "../budget.ts";
import { quote } from "../reading.ts";
import { kinds, type Message } from "./messages.ts";
import { nowhere, type Source } from "./source.ts";
import { readTree } from "./tree.ts";

/**
 * The addresses of the object headers of a group's members, by name; {@linkcode nowhere} for a link
 * to another name or file. Undefined if it is no group.
 */
export function readLinks(
  source: Source,
  messages: readonly Message[],
): Map<string, number> | undefined {
  const links = new Map<string, number>();
  const add = (name: string, address: number) => {
    source.spend(2 * objectBytes);
    if (links.has(name)) source.fail(`holds the name ${quote(name)} twice in a group`);
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
  const { uint, expect, spend } = source;
  const [tree, heap] = [uint(at, 8), uint(at + 8, 8)];
  expect(heap, "HEAP");
  const names = uint(heap + 24, 8);
  for (const { child } of readTree(source, tree, 0, 8)) {
    expect(child, "SNOD");
    const count = uint(child + 6, 2);
    for (let i = 0; i < count; i++) {
      spend(objectBytes);
      const entry = child + 8 + 40 * i;
      add(source.text(names + uint(entry, 8)), uint(entry + 8, 8));
    }
  }
}

/** Reads a member of a new-style group, as `writeHdf5` writes it. */
function readLink(source: Source, at: number, add: Add): void {
  const { uint, slice } = source;
  const flags = uint(at + 1, 1);
  let next = at + 2;
  const isHard = (flags & 8) === 0 || uint(next++, 1) === 0;
  if ((flags & 4) !== 0) next += 8; // the order of creation
  if ((flags & 16) !== 0) next += 1; // the character set
  const width = ([1, 2, 4, 8] as const)[flags & 3];
  const length = uint(next, width);
  const name = source.decode(slice(next + width, length));
  add(name, isHard ? uint(next + width + length, 8) : nowhere);
}

/** Checks that the links lie in the group's own header. */
function checkCompact({ uint, fail }: Source, at: number): void {
  const heap = at + 2 + ((uint(at + 1, 1) & 1) !== 0 ? 8 : 0);
  if (uint(heap, 8) < nowhere) {
    fail(
      "holds a group of many members in the newer format of HDF5, as h5py writes it with " +
        'track_order=True, libver="latest" or external links: write the file without them',
    );
  }
}
