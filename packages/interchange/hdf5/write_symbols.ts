import type { Body } from "./body.ts";
import { ascii, compareBytes, none, pad8, u16, u64 } from "./encode.ts";

/** A member of a group: its name in UTF-8, and the address of its object header. */
export type Link = readonly [name: Uint8Array, address: number];

/** Half of the links of a table, as the superblock says. */
export const tableRank = 4;
/** Half of the children of a node of the tree. */
export const treeRank = 16;

/** The end of a link in a table. */
const noCache: readonly number[] = new Array(24).fill(0);

/** A part of the tree. */
interface Part {
  readonly address: number;
  /** The offset of its largest name in the heap. */
  readonly last: number;
}

/**
 * Writes the links of an old-style group, however many they are: tables of up to 8 links, a B-tree
 * above them, and a heap of their names.
 *
 * @returns The message of the group's header: the addresses of the tree and of the heap.
 */
export function writeSymbols(
  links: readonly Link[],
  body: Body,
): number[] {
  const sorted = links.toSorted(([a], [b]) => compareBytes(a, b));
  // The first name of the heap is empty: it lies below all others.
  const offsets: number[] = [];
  let size = 8;
  for (const [name] of sorted) {
    offsets.push(size);
    size += pad8(name.length + 1);
  }
  const names = new Uint8Array(size);
  sorted.forEach(([name], i) => names.set(name, offsets[i]));
  const address = u64(body.append([names]));
  const heap = body.append([ascii("HEAP"), [0, 0, 0, 0], u64(size), u64(1), address]);

  let parts: Part[] = [];
  for (let from = 0; from < sorted.length; from += 2 * tableRank) {
    const rows = sorted.slice(from, from + 2 * tableRank);
    const address = body.append([
      [...ascii("SNOD"), 1, 0, ...u16(rows.length)],
      ...rows.flatMap(([, address], i) => [u64(offsets[from + i]), u64(address), noCache]),
      new Array<number>(40 * (2 * tableRank - rows.length)).fill(0),
    ]);
    parts.push({ address, last: offsets[from + rows.length - 1] });
  }
  for (let level = 0; level === 0 || parts.length > 1; level++) {
    parts = writeLevel(parts, level, body);
  }
  return [...u64(parts[0].address), ...u64(heap)];
}

/** Writes the nodes above some parts, and returns them. */
function writeLevel(parts: readonly Part[], level: number, body: Body): Part[] {
  const most = 2 * treeRank;
  const nodeSize = 24 + 16 * most + 8;
  const first = body.end;
  const count = Math.ceil(parts.length / most);
  const addressOf = (i: number) => i < 0 || i >= count ? none : u64(first + i * nodeSize);
  return Array.from({ length: count }, (_, i) => {
    const children = parts.slice(i * most, (i + 1) * most);
    // A child lies between two keys: the largest name before it, and its own largest name.
    const address = body.append([
      [...ascii("TREE"), 0, level, ...u16(children.length)],
      ...[addressOf(i - 1), addressOf(i + 1), u64(parts[i * most - 1]?.last ?? 0)],
      ...children.flatMap(({ address, last }) => [u64(address), u64(last)]),
      new Array<number>(16 * (most - children.length)).fill(0),
    ]);
    return { address, last: children[children.length - 1].last };
  });
}
