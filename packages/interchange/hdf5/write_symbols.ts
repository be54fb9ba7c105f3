import { ascii, compareBytes, join, none, pad8, u16, u64 } from "./encode.ts";

/** A member of a group: its name in UTF-8, and the address of its object header. */
export type Link = readonly [name: Uint8Array, address: number];

/** Half of the links of a table, as the superblock says. */
export const tableRank = 4;
/** Half of the children of a node of the tree. */
export const treeRank = 16;

/** A part of the tree. */
interface Part {
  readonly address: number;
  /** The place of its largest name in the heap. */
  readonly last: number;
}

/**
 * Writes the links of an old-style group, however many they are: tables of up to 8 links, a B-tree
 * above them, and a heap of their names.
 *
 * @param append Appends bytes to the file, and returns their address.
 * @param end The address of the next bytes.
 * @returns The message of the group's header: the addresses of the tree and of the heap.
 */
export function writeSymbols(
  links: readonly Link[],
  append: (bytes: Uint8Array) => number,
  end: () => number,
): number[] {
  const sorted = links.toSorted(([a], [b]) => compareBytes(a, b));
  // The first name of the heap is empty: it lies below all others.
  const places: number[] = [];
  let size = 8;
  for (const [name] of sorted) {
    places.push(size);
    size += pad8(name.length + 1);
  }
  const names = new Uint8Array(size);
  sorted.forEach(([name], i) => names.set(name, places[i]));
  const heap = append(
    join([ascii("HEAP"), [0, 0, 0, 0], u64(size), u64(1), u64(append(names))]),
  );

  let parts: Part[] = [];
  for (let from = 0; from < sorted.length; from += 2 * tableRank) {
    const rows = sorted.slice(from, from + 2 * tableRank);
    const table = new Uint8Array(8 + 2 * tableRank * 40);
    table.set([...ascii("SNOD"), 1, 0, ...u16(rows.length)]);
    rows.forEach(([, address], i) =>
      table.set([...u64(places[from + i]), ...u64(address)], 8 + 40 * i)
    );
    parts.push({ address: append(table), last: places[from + rows.length - 1] });
  }
  for (let level = 0; level === 0 || parts.length > 1; level++) {
    parts = writeLevel(parts, level, append, end);
  }
  return [...u64(parts[0].address), ...u64(heap)];
}

/** Writes the nodes above some parts, and returns them. */
function writeLevel(
  parts: readonly Part[],
  level: number,
  append: (bytes: Uint8Array) => number,
  end: () => number,
): Part[] {
  const most = 2 * treeRank;
  const nodeSize = 24 + 16 * most + 8;
  const first = end();
  const count = Math.ceil(parts.length / most);
  const addressOf = (i: number) => i < 0 || i >= count ? none : u64(first + i * nodeSize);
  return Array.from({ length: count }, (_, i) => {
    const children = parts.slice(i * most, (i + 1) * most);
    const node = new Uint8Array(nodeSize);
    node.set([...ascii("TREE"), 0, level, ...u16(children.length)]);
    node.set([...addressOf(i - 1), ...addressOf(i + 1)], 8);
    // A child lies between two keys: the largest name before it, and its own largest name.
    let at = 24;
    node.set(u64(parts[i * most - 1]?.last ?? 0), at);
    for (const { address, last } of children) {
      node.set([...u64(address), ...u64(last)], at + 8);
      at += 16;
    }
    return { address: append(node), last: children[children.length - 1].last };
  });
}
