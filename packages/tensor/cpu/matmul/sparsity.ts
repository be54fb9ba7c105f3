// When skipping zeros pays, and from which side.
import type { MatmulSpec } from "../../backend.ts";

/** Multiplications from which on looking for zeros pays. */
const worthLooking = 50_000;

/** Numbers that an estimate looks at. */
const sampled = 128;

/** The share of numbers other than 0, estimated from numbers spread over the array. */
function density(x: Float32Array): number {
  const step = Math.max(1, Math.floor(x.length / sampled)) | 1;
  let looked = 0;
  let found = 0;
  for (let i = 0; i < x.length; i += step) {
    looked++;
    if (x[i] !== 0) found++;
  }
  return found / looked;
}

/** How a product is to be computed. */
export interface Approach {
  /** As the transpose, Bᵀ · Aᵀ, so that B is the left factor. */
  readonly swapped: boolean;
  /** The left factor may be sparse enough for the event-driven path; every block is looked at. */
  readonly events: boolean;
}

/** Densities of the left factor below which events beat the full product, by the columns of the product. */
export function crossover(columns: number): number {
  return columns < 16 ? 0.2 : 0.5;
}

/** Chooses the side that is the left factor, and whether its zeros are to be skipped. */
export function approachOf(spec: MatmulSpec, a: Float32Array, b: Float32Array): Approach {
  const { m, k, n } = spec;
  const binary = spec.binaryA || spec.binaryB;
  const narrow = n < 4 && m >= 8;
  if (!binary && m * k * n < worthLooking) return { swapped: narrow, events: false };
  const ofA = density(a);
  const ofB = density(b);
  if (Math.min(ofA / crossover(n), ofB / crossover(m)) < 1) {
    return { swapped: ofB / crossover(m) < ofA / crossover(n), events: true };
  }
  return { swapped: narrow, events: false };
}
