import type { MatmulSpec } from "@spikeloop/backend";

/** Multiplications from which on looking for zeros pays. */
const worthLooking = 50_000;

const sampled = 64;

/** The share of numbers other than 0, estimated from numbers spread over the array. */
function density(x: Float32Array): number {
  const step = Math.max(1, Math.floor(x.length / sampled)) | 1;
  let found = 0;
  for (let i = 0; i < x.length; i += step) if (x[i] !== 0) found++;
  return found / Math.ceil(x.length / step);
}

export interface Approach {
  /** As the transpose, Bᵀ · Aᵀ, so that B is the left factor. */
  readonly swapped: boolean;
  /**
   * Blocks of the left factor with a smaller share of numbers other than 0 take the event-driven
   * path; 0 for none.
   */
  readonly below: number;
  /** About which share of the multiplications remains. */
  readonly density: number;
}

/**
 * The density of the left factor below which events beat the full product. The numbers are
 * measured: bench/crossover.ts prints where both take the same time.
 */
export function crossover(binary: boolean, rows: number, columns: number): number {
  const width = columns <= 8 ? 0 : columns < 32 ? 1 : columns < 128 ? 2 : 3;
  if (binary) return [0.15, 0.55, 0.9, 0.9][width];
  // A kernel first looks whether the other factor is finite, which doesn't pay for few rows.
  return [0, 0.3, 0.5, 0.65][width] - 1.5 / rows;
}

const plainDense: Approach = { swapped: false, below: 0, density: 1 };
const swappedDense: Approach = { swapped: true, below: 0, density: 1 };

/** Chooses the side that is the left factor, and whether its zeros are to be skipped. */
export function approachOf(spec: MatmulSpec, a: Float32Array, b: Float32Array): Approach {
  const { m, k, n, binaryA, binaryB } = spec;
  const dense = n < 4 && m >= 8 ? swappedDense : plainDense;
  if (!binaryA && !binaryB && m * k * n < worthLooking) return dense;
  const belowA = crossover(binaryA, m, n);
  const belowB = crossover(binaryB, n, m);
  // Beside spikes the other factor is not worth a look.
  const costA = belowA > 0 && (binaryA || !binaryB) ? density(a) / belowA : 1;
  const costB = belowB > 0 && (binaryB || !binaryA) ? density(b) / belowB : 1;
  if (Math.min(costA, costB) >= 1) return dense;
  return costB < costA
    ? { swapped: true, below: belowB, density: costB * belowB }
    : { swapped: false, below: belowA, density: costA * belowA };
}
