// The lateral connection inside a population of P units, and the order in which every kernel on the CPU sums it.

/**
 * Where the chunks of a population of P units start, and P itself at the end. A lateral sum is the sum, chunk after
 * chunk, of the chunks' partial sums: so a kernel may look a partial sum up in a table with one entry per set of
 * units of the chunk that spiked, and get the same bits.
 */
export function lateralChunks(group: number): readonly number[] {
  const count = Math.max(1, Math.ceil(group / 5));
  return Array.from({ length: count + 1 }, (_, i) => Math.round(i * group / count));
}

/** How many rows of the batch share a partial sum of a weight gradient. */
export const gradientRows = 64;

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
 * starts at the bias. Where outputs are binary, zeros are skipped.
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
        let part = c === 0 ? bias[d] : 0;
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
        total = Math.fround(total + Math.fround(weight[(first + j) * group + d - first] * g[n * units + first + j]));
      }
      result[n * units + d] = total;
    }
  }
  return result;
}

/** Calls `f` for every row of the batch in blocks of `gradientRows`, and `close` after each block. */
export function byRowBlocks(batch: number, f: (row: number) => void, close: () => void): void {
  for (let start = 0; start < batch; start += gradientRows) {
    for (let n = start; n < Math.min(start + gradientRows, batch); n++) f(n);
    close();
  }
}

/** Adds `part` to `total` and clears it. */
export function flush(total: Float32Array, part: Float32Array): void {
  for (let i = 0; i < total.length; i++) total[i] += part[i];
  part.fill(0);
}

/** One step's cotangent of the current its output sends, and that output; both [N, D], at an offset. */
export interface Share {
  /** dL/d(lateral current). */
  readonly lateral: Float32Array;
  /** Where it starts. */
  readonly lateralAt: number;
  /** The output. */
  readonly out: Float32Array;
  /** Where it starts. */
  readonly outAt: number;
}

/**
 * dW += lateral ⊗ out and dbias += lateral: over blocks of 64 rows, whose partial sums are added in order; within a
 * block row by row, and for each row over `shares` in order (the latest step first).
 */
export function lateralGradient(
  shares: readonly Share[],
  { batch, units, group, binary }: Extents,
): { weight: Float32Array; bias: Float32Array } {
  const weight = new Float32Array(units * group);
  const bias = new Float32Array(units);
  const weightPart = new Float32Array(units * group);
  const biasPart = new Float32Array(units);
  byRowBlocks(batch, (n) => {
    for (const share of shares) {
      for (let d = 0; d < units; d++) {
        const g = share.lateral[share.lateralAt + n * units + d];
        biasPart[d] += g;
        const first = share.outAt + n * units + d - d % group;
        for (let k = 0; k < group; k++) {
          const s = share.out[first + k];
          if (binary && s === 0) continue;
          weightPart[d * group + k] += Math.fround(g * s);
        }
      }
    }
  }, () => {
    flush(weight, weightPart);
    flush(bias, biasPart);
  });
  return { weight, bias };
}

/** The sum of [N, D] arrays over rows and arrays, in the order of `lateralGradient`, to [D]. */
export function paramGradient(rows: readonly Float32Array[], batch: number, units: number): Float32Array {
  const total = new Float32Array(units);
  const part = new Float32Array(units);
  byRowBlocks(batch, (n) => {
    for (const row of rows) for (let d = 0; d < units; d++) part[d] += row[n * units + d];
  }, () => flush(total, part));
  return total;
}
