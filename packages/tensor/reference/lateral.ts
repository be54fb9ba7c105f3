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
  while (rows > 4 && rows * units > 1024) rows /= 2;
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

/**
 * The order in which gradients are summed over time and batch: calls `f` with every share (the latest step comes
 * first) and row, slab after slab, in each slab share after share, in each share row after row; and `close` after
 * every `gradientRows` rows.
 */
function inGradientOrder<S>(
  shares: readonly S[],
  { batch, units }: Pick<Extents, "batch" | "units">,
  f: (share: S, row: number) => void,
  close: () => void,
): void {
  const rows = slabRows(units);
  for (let start = 0; start < batch; start += rows) {
    for (const share of shares) {
      for (let n = start; n < Math.min(start + rows, batch); n++) f(share, n);
    }
    if ((start + rows) % gradientRows === 0 || start + rows >= batch) close();
  }
}

/** Adds `part` to `total` and clears it. */
function flush(total: Float32Array, part: Float32Array): void {
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
 * dW += lateral ⊗ out and dbias += lateral, in the order of `inGradientOrder`: 64 rows make a partial sum, and the
 * partial sums are added in order. Where outputs are binary, zeros are skipped.
 */
export function lateralGradient(
  shares: readonly Share[],
  { batch, units, group, binary }: Extents,
): { weight: Float32Array; bias: Float32Array } {
  const weight = new Float32Array(units * group);
  const bias = new Float32Array(units);
  const weightPart = new Float32Array(units * group);
  const biasPart = new Float32Array(units);
  inGradientOrder(shares, { batch, units }, (share, n) => {
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
  }, () => {
    flush(weight, weightPart);
    flush(bias, biasPart);
  });
  return { weight, bias };
}

/** The sum of [N, D] arrays over rows and arrays, in the order of `lateralGradient`, to [D]. */
export function paramGradient(
  arrays: readonly Float32Array[],
  batch: number,
  units: number,
): Float32Array {
  const total = new Float32Array(units);
  const part = new Float32Array(units);
  inGradientOrder(arrays, { batch, units }, (array, n) => {
    for (let d = 0; d < units; d++) part[d] += array[n * units + d];
  }, () => flush(total, part));
  return total;
}
