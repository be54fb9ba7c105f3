// The gradients of weight, bias and parameters, which all steps of a scan share: the order in which
// every kernel on the CPU sums them over time and batch.
import { hostArray } from "../host_storage.ts";
import type { LateralExtents, LateralGradients, LateralRecord } from "../skeletons.ts";
import type { Storage } from "../storage.ts";
import { inGradientOrder, lateralChunks, sumsBySets } from "../summation_order.ts";

/**
 * Visits steps (the latest comes first) and rows in the order of summation: slab after slab, in
 * each slab step after step, in each step row after row. Calls `close` after every `gradientRows`
 * rows.
 */
function visitInOrder<S>(
  steps: readonly S[],
  { batch, units }: Pick<LateralExtents, "batch" | "units">,
  visit: (step: S, row: number) => void,
  close: () => void,
): void {
  inGradientOrder(batch, units, (row, rows) => {
    for (const step of steps) {
      for (let n = row; n < row + rows; n++) visit(step, n);
    }
  }, close);
}

/** Adds `part` to `total` and clears it. */
function flush(total: Float32Array, part: Float32Array): void {
  for (let i = 0; i < total.length; i++) total[i] += part[i];
  part.fill(0);
}

/** A `LateralRecord` on the CPU. */
interface HostRecord {
  readonly lateral: Float32Array;
  readonly out: Float32Array;
}

/** `LateralGradients` on the CPU. */
interface HostGradients {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/**
 * dW += lateral ⊗ out and dbias += lateral over all steps, the latest first: 64 rows make a partial
 * sum, and the partial sums are added in order. Where outputs are binary, zeros are skipped.
 */
export function evaluateLateralGradient(
  records: readonly LateralRecord[],
  extents: LateralExtents,
): LateralGradients {
  const { units, group } = extents;
  const weight = new Float32Array(units * group);
  const bias = new Float32Array(units);
  const part = sumsBySets(extents) ? new SetSums(extents) : new SourceSums(extents);
  const steps = records.map(({ lateral, out }) => ({
    lateral: hostArray(lateral),
    out: hostArray(out),
  }));
  visitInOrder(steps, extents, (step, n) => part.add(step, n), () => {
    const sums = part.take();
    flush(weight, sums.weight);
    flush(bias, sums.bias);
  });
  return { weight, bias };
}

/** Sums of gradients per source: dW[d, k] += lateral[d] · out[k]. */
class SourceSums {
  readonly #extents: LateralExtents;
  readonly #weight: Float32Array;
  readonly #bias: Float32Array;

  constructor(extents: LateralExtents) {
    this.#extents = extents;
    this.#weight = new Float32Array(extents.units * extents.group);
    this.#bias = new Float32Array(extents.units);
  }

  /** Adds a row of a step. */
  add({ lateral, out }: HostRecord, row: number): void {
    const { units, group, binary } = this.#extents;
    for (let d = 0; d < units; d++) {
      const g = lateral[row * units + d];
      this.#bias[d] += g;
      const first = row * units + d - d % group;
      for (let k = 0; k < group; k++) {
        const s = out[first + k];
        if (binary && s === 0) continue;
        this.#weight[d * group + k] += Math.fround(g * s);
      }
    }
  }

  /** The sums; the caller clears them. */
  take(): HostGradients {
    return { weight: this.#weight, bias: this.#bias };
  }
}

/**
 * Sums of gradients per subset of a chunk's units that spiked together. Bit i of a subset's number
 * says that the chunk's i-th unit spiked.
 */
class SetSums {
  readonly #extents: LateralExtents;
  readonly #chunks: readonly number[];
  /** Per chunk, [units, subsets]. */
  readonly #sums: readonly Float32Array[];

  constructor(extents: LateralExtents) {
    this.#extents = extents;
    this.#chunks = lateralChunks(extents.group);
    this.#sums = this.#chunks.slice(1).map((end, c) =>
      new Float32Array(extents.units << (end - this.#chunks[c]))
    );
  }

  /** Adds a row of a step. */
  add({ lateral, out }: HostRecord, row: number): void {
    const { units, group } = this.#extents;
    for (let d = 0; d < units; d++) {
      const first = row * units + d - d % group;
      this.#sums.forEach((sums, c) => {
        const [start, end] = [this.#chunks[c], this.#chunks[c + 1]];
        let set = 0;
        for (let k = start; k < end; k++) if (out[first + k] !== 0) set += 1 << (k - start);
        sums[(d << (end - start)) + set] += lateral[row * units + d];
      });
    }
  }

  /**
   * The sums per source. The gradient of a chunk's last source is the sum of the upper half of the
   * subsets, in order; the upper half is then added to the lower, and so on. One sum remains; that
   * of the first chunk is the gradient of the bias.
   */
  take(): HostGradients {
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

/** Sums arrays [N, D], one per step, to [D], in the order of `evaluateLateralGradient`. */
export function evaluateParamGradient(
  rows: readonly Storage[],
  batch: number,
  units: number,
): Float32Array {
  const total = new Float32Array(units);
  const part = new Float32Array(units);
  visitInOrder(rows.map(hostArray), { batch, units }, (row, n) => {
    for (let d = 0; d < units; d++) part[d] += row[n * units + d];
  }, () => flush(total, part));
  return total;
}
