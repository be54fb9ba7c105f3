// Gradients of what the steps of a scan share, and the order in which every kernel on the CPU sums them over time and batch.
import type { LateralRecord } from "../skeletons.ts";
import type { Storage } from "../storage.ts";
import { hostArray } from "../host_storage.ts";
import { gradientRows, lateralChunks, slabRows, sumsBySets } from "../summation_order.ts";
import type { Extents } from "./lateral.ts";

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
export function sumShares(
  shares: readonly Share[],
  extents: Extents,
): { weight: Float32Array; bias: Float32Array } {
  const { units, group } = extents;
  const weight = new Float32Array(units * group);
  const bias = new Float32Array(units);
  const part = sumsBySets(extents) ? new SetSums(extents) : new SourceSums(extents);
  inGradientOrder(shares, extents, (share, n) => part.add(share, n), () => {
    const sums = part.take();
    flush(weight, sums.weight);
    flush(bias, sums.bias);
  });
  return { weight, bias };
}

/** Sums of gradients per source: dW[d, k] += lateral[d] · out[k]. */
class SourceSums {
  readonly #extents: Extents;
  readonly #weight: Float32Array;
  readonly #bias: Float32Array;

  constructor(extents: Extents) {
    this.#extents = extents;
    this.#weight = new Float32Array(extents.units * extents.group);
    this.#bias = new Float32Array(extents.units);
  }

  /** Adds a row of a share. */
  add({ lateral, lateralAt, out, outAt }: Share, row: number): void {
    const { units, group, binary } = this.#extents;
    for (let d = 0; d < units; d++) {
      const g = lateral[lateralAt + row * units + d];
      this.#bias[d] += g;
      const first = outAt + row * units + d - d % group;
      for (let k = 0; k < group; k++) {
        const s = out[first + k];
        if (binary && s === 0) continue;
        this.#weight[d * group + k] += Math.fround(g * s);
      }
    }
  }

  /** The sums, to be cleared. */
  take(): { weight: Float32Array; bias: Float32Array } {
    return { weight: this.#weight, bias: this.#bias };
  }
}

/** Sums of gradients per set: a set of a chunk is a number whose bit i says that the chunk's i-th unit spiked. */
class SetSums {
  readonly #extents: Extents;
  readonly #chunks: readonly number[];
  /** Per chunk, [units, sets]. */
  readonly #sums: readonly Float32Array[];

  constructor(extents: Extents) {
    this.#extents = extents;
    this.#chunks = lateralChunks(extents.group);
    this.#sums = this.#chunks.slice(1).map((end, c) =>
      new Float32Array(extents.units << (end - this.#chunks[c]))
    );
  }

  /** Adds a row of a share. */
  add({ lateral, lateralAt, out, outAt }: Share, row: number): void {
    const { units, group } = this.#extents;
    for (let d = 0; d < units; d++) {
      const first = outAt + row * units + d - d % group;
      this.#sums.forEach((sums, c) => {
        const [start, end] = [this.#chunks[c], this.#chunks[c + 1]];
        let set = 0;
        for (let k = start; k < end; k++) if (out[first + k] !== 0) set += 1 << (k - start);
        sums[(d << (end - start)) + set] += lateral[lateralAt + row * units + d];
      });
    }
  }

  /**
   * The sums per source. The gradient of a chunk's last source is the sum of the upper half of the sets, in order; the
   * upper half is then added to the lower, and so on. What is left of the first chunk is the gradient of the bias.
   */
  take(): { weight: Float32Array; bias: Float32Array } {
    const { units, group } = this.#extents;
    const weight = new Float32Array(units * group);
    const bias = new Float32Array(units);
    for (let d = 0; d < units; d++) {
      this.#sums.forEach((all, c) => {
        const size = this.#chunks[c + 1] - this.#chunks[c];
        const sums = all.subarray(d << size, (d + 1) << size);
        for (let k = size - 1; k >= 0; k--) {
          const half = 1 << k;
          const at = d * group + this.#chunks[c] + k;
          for (let set = 0; set < half; set++) {
            weight[at] += sums[half + set];
            sums[set] += sums[half + set];
          }
        }
        if (c === 0) bias[d] = sums[0];
        sums.fill(0);
      });
    }
    return { weight, bias };
  }
}

/** The gradients of weight and bias from the records of steps, the latest first. */
export function evaluateLateralGradient(
  records: readonly LateralRecord[],
  extents: Extents,
): { weight: Float32Array; bias: Float32Array } {
  const shares = records.map(({ lateral, out }) => ({
    lateral: hostArray(lateral),
    lateralAt: 0,
    out: hostArray(out),
    outAt: 0,
  }));
  return sumShares(shares, extents);
}

/** The sum of [N, D] arrays over rows and arrays, in the order of `sumShares`, to [D]. */
export function evaluateParamGradient(
  rows: readonly Storage[],
  batch: number,
  units: number,
): Float32Array {
  const total = new Float32Array(units);
  const part = new Float32Array(units);
  inGradientOrder(rows.map(hostArray), { batch, units }, (row, n) => {
    for (let d = 0; d < units; d++) part[d] += row[n * units + d];
  }, () => flush(total, part));
  return total;
}
