import type { MatmulSpec, Storage } from "@spikeloop/backend";
import { allocate, room } from "../allocate.ts";
import { borrow } from "../source.ts";
import { share } from "../threads/threads.ts";
import { multiplyFewSpikes } from "./few_spikes.ts";
import { isProductShareable, multiply } from "./multiply.ts";
import { type Product, productOf } from "./plan.ts";
import { type Approach, approachOf } from "./sparsity.ts";

/**
 * Batched matrix product as WebAssembly SIMD, by blocks; spikes and other sparse factors take the
 * event-driven path. A bias [n] is added to every row, where k is not 0, and with `relu` sums up
 * to 0 become 0.
 */
export function cpuMatmul(
  spec: MatmulSpec,
  a: Storage,
  b: Storage,
  bias?: Storage,
  relu?: boolean,
): Float32Array {
  const left = borrow(a), right = borrow(b), row = bias && borrow(bias);
  return multiplyFewSpikes(spec, left, right, row, relu) ??
    matmulBy(approachOf(spec, left, right), spec, left, right, row, relu);
}

/** The same, computed in a given way: benches measure with this which way is best. */
export function matmulBy(
  approach: Approach,
  spec: MatmulSpec,
  x: Float32Array,
  y: Float32Array,
  bias?: Float32Array,
  relu?: boolean,
): Float32Array {
  const { batch, m, k, n, transposeA, transposeB, binaryA, binaryB } = spec;
  const size = batch * m * n;
  if (size === 0 || k === 0) return allocate(size);
  const result = room(size);
  for (let s = 0; s < batch; s++) {
    const atA = spec.sharedA ? 0 : s * m * k;
    const atB = spec.sharedB ? 0 : s * k * n;
    const a = { data: x, at: atA, rows: m, columns: k, transposed: transposeA, binary: binaryA };
    const b = { data: y, at: atB, rows: k, columns: n, transposed: transposeB, binary: binaryB };
    const target = { result, at: s * m * n, bias, relu };
    // If the other factor isn't finite, the zeros of spikes hide that: they must be on the left.
    if (run(productOf(a, b, approach, target))) continue;
    run(productOf(a, b, { ...approach, swapped: !approach.swapped }, target));
  }
  return result;
}

/** Computes a product; returns false where `multiply` does. */
function run(product: Product): boolean {
  return isProductShareable(product) ? runShared(product) : multiply(product, 0);
}

const runShared = (product: Product) => share((workers) => multiply(product, workers));
