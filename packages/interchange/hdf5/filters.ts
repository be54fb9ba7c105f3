import type { Fail } from "../reading.ts";
import { unpackZlib } from "../zlib.ts";
import type { Source } from "./source.ts";

/**
 * Undoes the filters of a chunk.
 *
 * @param size The bytes of the chunk.
 * @param width The bytes of an element.
 * @param skipped Bit i is set if filter i was not applied.
 */
export type Unfilter = (
  data: Uint8Array,
  size: number,
  width: number,
  skipped: number,
) => Uint8Array;

/** Filters that other programs use, by their registered numbers. */
const names: Readonly<Record<number, string>> = {
  ...{ 4: "szip", 5: "nbit", 6: "scale-offset", 305: "LZO", 307: "bzip2", 32000: "LZF" },
  ...{ 32001: "Blosc", 32004: "LZ4", 32008: "bitshuffle", 32013: "ZFP", 32015: "Zstandard" },
  ...{ 32017: "SZ", 32026: "Blosc2" },
};

/** A filter that is undone. `size` is the bytes of the chunk before all filters. */
type Step = (data: Uint8Array, size: number, width: number) => Uint8Array;

/**
 * Returns a function that undoes the filters of a pipeline, the last one first.
 *
 * @param pipeline The offset of the message; undefined if there are no filters.
 * @param refuse Called if a filter is unknown.
 */
export function readFilters(
  source: Source,
  pipeline: number | undefined,
  refuse: Fail,
): Unfilter {
  if (pipeline === undefined) return (data) => data;
  const { uint, fail, spend } = source;
  const [version, count] = [uint(pipeline, 1), uint(pipeline + 1, 1)];
  if (version !== 1) fail(`holds filters of version ${version}, expected 1`);
  // The format allows no more, and each may copy the chunk.
  if (count > 32) fail(`holds a pipeline of ${count} filters, expected at most 32`);
  const steps: Step[] = [];
  let next = pipeline + 8;
  let checksums = 0; // bytes that they add to the data
  for (let i = 0; i < count; i++) {
    const [id, nameLength, values] = [uint(next, 2), uint(next + 2, 2), uint(next + 6, 2)];
    next += 8 + 8 * Math.ceil(nameLength / 8) + 4 * (values + values % 2);
    const added = checksums;
    if (id === 1) {
      steps.push((data, size) => {
        spend(size);
        return unpackZlib(data, size + added, fail, spend);
      });
    } else if (id === 2) {
      steps.push((data, _, width) => {
        spend(data.length);
        return unshuffle(data, width);
      });
    } else if (id === 3) {
      steps.push((data) => checkFletcher(source, data));
      checksums += 4;
    } else {
      const name = Object.hasOwn(names, id) ? `; ${id} is ${names[id]}` : "";
      refuse(
        `holds data packed by filter ${id}, expected 1 (gzip) or 2 (shuffle), with or without ` +
          `3 (Fletcher-32)${name}`,
      );
    }
  }
  return (data, size, width, skipped) =>
    steps.reduceRight(
      (stored, step, i) => (skipped >>> i & 1) === 1 ? stored : step(stored, size, width),
      data,
    );
}

/**
 * Undoes a shuffle: the first bytes of all elements come first, then their second bytes, and so on.
 */
function unshuffle(data: Uint8Array, width: number): Uint8Array {
  const count = Math.floor(data.length / width);
  const out = Uint8Array.from(data); // not slice(), which is a view where data is a Buffer of Node
  for (let i = 0; i < count; i++) {
    for (let byte = 0; byte < width; byte++) out[i * width + byte] = data[byte * count + i];
  }
  return out;
}

/** Checks the sum after some data, and returns the data without it. */
function checkFletcher({ fail }: Source, stored: Uint8Array): Uint8Array {
  if (stored.length < 4) fail("holds a chunk without its Fletcher-32 checksum");
  const data = stored.subarray(0, -4);
  const [a, b, c, d] = stored.subarray(-4);
  const [low, high] = [a | b << 8, c | d << 8];
  const [first, second] = fletcherOf(data);
  const swap = (sum: number) => sum >> 8 | (sum & 0xff) << 8;
  const fits = first === low && second === high;
  // HDF5 before 1.6.3 stored both sums with their bytes swapped.
  if (!fits && !(swap(first) === low && swap(second) === high)) {
    fail("holds a chunk that differs from its Fletcher-32 checksum: the file is damaged");
  }
  return data;
}

/** Both sums of Fletcher-32 over big-endian words of 16 bits, modulo 65,535, where 0 is 65,535. */
function fletcherOf(data: Uint8Array): [number, number] {
  let [first, second] = [0, 0];
  const fold = (sum: number) => (sum & 0xffff) + (sum >>> 16);
  for (let at = 0; at < data.length;) {
    const end = Math.min(data.length, at + 720); // as many words as 32 bits have room for
    for (; at < end; at += 2) {
      first += data[at] << 8 | (data[at + 1] ?? 0);
      second += first;
    }
    [first, second] = [fold(first), fold(second)];
  }
  return [fold(first), fold(second)];
}
