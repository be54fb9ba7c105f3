// The order of summation on the CPU. Float32 sums depend on their order, so the order is part of
// the definition of every sum: the evaluator and the CPU's kernels both follow this file, and agree
// to the bit. The order is versioned with the package. Only a release may change it, for example to
// make kernels faster; the machine, the number of threads and the backend on the CPU may not.
// Results of two versions with different orders differ in the last bits of sums, and so a unit
// within rounding of its threshold may spike in one version only. The sums themselves are in
// `evaluator/`.

/**
 * The number of partial sums of a sum over contiguous elements: element i goes to partial sum
 * i mod 16. Then the partial sums are added pairwise, 8 apart, 4 apart, 2 apart, 1 apart.
 */
export const sumLanes = 16;

/**
 * The length of the blocks that an axis is summed in. Where it is longer, the sums of the blocks
 * are summed in the same way. Added up one after another, float32 numbers of one size lose bits
 * with every doubling of their count, and beyond 2²⁴ they are lost whole.
 */
export const sumBlock = 4096;

/** The most units of a group whose lateral sum goes by chunks, which kernels look up in tables. */
export const chunkedGroup = 25;

/** The most units in a chunk of a group that goes by chunks. */
const mostInChunk = 5;

/**
 * Where the chunks of a group of P units start, with P itself at the end. A lateral sum adds up the
 * chunks' partial sums, chunk after chunk. So a kernel may look a partial sum up in a table with
 * one entry per subset of the chunk's units that spiked, and get the same bits. A group of more
 * than `chunkedGroup` units is one chunk: there a kernel adds a row of weights per spike.
 *
 * @example
 * ```ts
 * import { lateralChunks } from "@spikeloop/backend";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(lateralChunks(10), [0, 5, 10]);
 * ```
 */
export function lateralChunks(group: number): readonly number[] {
  const count = group > chunkedGroup ? 1 : Math.max(1, Math.ceil(group / mostInChunk));
  return Array.from({ length: count + 1 }, (_, i) => Math.round(i * group / count));
}

/**
 * The number of rows of the batch whose gradients share a partial sum. It is not divided along
 * time, so a partial sum of a weight, a bias or a learned parameter has 64 · T terms. Terms of one
 * size no longer change it beyond 2²⁴ of them, at T = 262,144 with 64 rows or more: gradients
 * through so many steps, which only small populations have memory for, come out too small.
 * Back-propagation in parts of some thousand steps (`stopGradient` of the state between them) has
 * no such limit.
 */
export const gradientRows = 64;

/** The most numbers of one state in a slab, where a slab may have more than `fewestSlabRows`. */
const slabNumbers = 1536;

/** The fewest rows of a slab. */
const fewestSlabRows = 4;

/**
 * The number of rows of the batch that go through time together, so that their state stays in the
 * first-level cache: a power of two between 4 and `gradientRows`. It fixes the order in which
 * gradients are summed over time and batch: slab after slab, in each slab the latest step first.
 */
export function slabRows(units: number): number {
  let rows = gradientRows;
  while (rows > fewestSlabRows && rows * units > slabNumbers) rows /= 2;
  return rows;
}

/**
 * Calls `slab` for the rows of every slab of a batch, in the order in which gradients are summed,
 * and `close` where the partial sum of `gradientRows` rows is complete.
 */
export function inGradientOrder(
  batch: number,
  units: number,
  slab: (row: number, rows: number) => void,
  close: () => void,
): void {
  const most = slabRows(units);
  for (let row = 0; row < batch; row += most) {
    const rows = Math.min(most, batch - row);
    slab(row, rows);
    if ((row + rows) % gradientRows === 0 || row + rows === batch) close();
  }
}

/** The smallest batch in which gradients are summed by subsets. */
const fewestRowsForSets = 8;

/**
 * Whether gradients of weights are summed by subsets: first per unit and subset of a chunk's units
 * that spiked together, and only then per source. By subsets, every row adds to one sum per chunk,
 * whatever spiked. Per source, a row adds once per spike, and a kernel spends more time waiting for
 * the number of spikes than adding.
 */
export function sumsBySets(
  { batch, group, binary }: {
    readonly batch: number;
    readonly group: number;
    readonly binary: boolean;
  },
): boolean {
  return binary && group <= chunkedGroup && batch >= fewestRowsForSets;
}
