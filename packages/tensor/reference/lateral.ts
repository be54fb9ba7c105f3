// The lateral connection inside a population of P units, and the order in which every kernel on the CPU sums it.

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

/** Extents of a lateral connection. */
export interface Extents {
  /** Rows. */
  readonly batch: number;
  /** D. */
  readonly units: number;
  /** P. */
  readonly group: number;
  /** The outputs are zeros and ones. */
  readonly binary: boolean;
}

/**
 * The current that `out` [N, D] sends into its populations: bias + W · out, by chunks. The first chunk's partial sum
 * starts at the bias (+0 for -0, so that adding nothing changes no bit). Where outputs are binary, zeros are skipped.
 */
export function lateralCurrent(
  out: Float32Array,
  at: number,
  weight: Float32Array,
  bias: Float32Array,
  { batch, units, group, binary }: Extents,
): Float32Array {
  const chunks = lateralChunks(group);
  const result = new Float32Array(batch * units);
  for (let n = 0; n < batch; n++) {
    for (let d = 0; d < units; d++) {
      const first = at + n * units + d - d % group;
      let total = 0;
      for (let c = 0; c + 1 < chunks.length; c++) {
        let part = c === 0 ? bias[d] + 0 : 0;
        for (let k = chunks[c]; k < chunks[c + 1]; k++) {
          const s = out[first + k];
          if (binary && s === 0) continue;
          part = Math.fround(part + Math.fround(weight[d * group + k] * s));
        }
        total = c === 0 ? part : Math.fround(total + part);
      }
      result[n * units + d] = total;
    }
  }
  return result;
}

/** Wᵀ · g: what the cotangent of the lateral current [N, D] gives to the outputs, summed over targets in ascending order. */
export function lateralPullback(
  g: Float32Array,
  weight: Float32Array,
  { batch, units, group }: Extents,
): Float32Array {
  const result = new Float32Array(batch * units);
  for (let n = 0; n < batch; n++) {
    for (let d = 0; d < units; d++) {
      const first = d - d % group;
      let total = 0;
      for (let j = 0; j < group; j++) {
        const share = Math.fround(
          weight[(first + j) * group + d - first] * g[n * units + first + j],
        );
        total = j === 0 ? share : Math.fround(total + share);
      }
      result[n * units + d] = total;
    }
  }
  return result;
}
