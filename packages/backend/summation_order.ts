// The order of summation on the CPU: a definition of its own, which the evaluator and the CPU backend both follow, so
// that they give the same bits. It belongs to the version: results of two versions that order a sum differently differ
// in their last bits.

/** How many partial sums a sum over contiguous elements has: element i goes to partial sum i mod 16. */
export const sumLanes = 16;

/** Populations of up to so many units sum their lateral current by chunks, which kernels look up in tables. */
export const chunkedGroup = 25;

/**
 * Where the chunks of a population of P units start, and P itself at the end. A lateral sum is the sum, chunk after
 * chunk, of the chunks' partial sums: so a kernel may look a partial sum up in a table with one entry per set of
 * units of the chunk that spiked, and get the same bits. A large population is one chunk: there a kernel adds a row of
 * weights per spike.
 */
export function lateralChunks(group: number): readonly number[] {
  const count = group > chunkedGroup ? 1 : Math.max(1, Math.ceil(group / 5));
  return Array.from({ length: count + 1 }, (_, i) => Math.round(i * group / count));
}

/** How many rows of the batch share a partial sum of a gradient that is summed over the batch. */
export const gradientRows = 64;

/**
 * How many rows of the batch a kernel takes through time together, so that their state stays in the cache: a power
 * of two between 4 and `gradientRows`. It fixes the order in which gradients are summed over time and batch.
 */
export function slabRows(units: number): number {
  let rows = gradientRows;
  while (rows > 4 && rows * units > 1536) rows /= 2;
  return rows;
}

/** From how many rows on it pays to sum gradients by sets. */
const fewestRowsForSets = 8;

/**
 * Whether gradients of weights are summed by sets: per unit and per set of units of a chunk that spiked together, and
 * only then per source. Every row adds to one set per chunk, whatever spiked; per source it adds once per spike, and a
 * kernel that waits for the number of spikes to be known waits longer than it adds.
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
