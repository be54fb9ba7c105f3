import { objectBytes } from "../budget.ts";
import type { Source } from "./source.ts";

/** The objects of a global heap, by their numbers. */
type Heap = ReadonlyMap<number, Uint8Array>;

/** Returns a function that reads the global heap at an address, each heap once. */
export function makeHeaps(source: Source): (at: number) => Heap {
  const { expect, uint, slice, spend } = source;
  const heaps = new Map<number, Heap>();
  const readHeap = (heap: number): Heap => {
    expect(heap, "GCOL");
    const objects = new Map<number, Uint8Array>();
    const end = heap + uint(heap + 8, 8);
    for (let at = heap + 16; at + 16 <= end;) {
      const [index, size] = [uint(at, 2), uint(at + 8, 8)];
      if (index === 0) break; // the free space at the end
      spend(2 * objectBytes);
      objects.set(index, slice(at + 16, size));
      at += 16 + 8 * Math.ceil(size / 8);
    }
    return objects;
  };
  return (at) => {
    const objects = heaps.get(at) ?? readHeap(at);
    heaps.set(at, objects);
    return objects;
  };
}
