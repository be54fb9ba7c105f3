import type { MatmulSpec, Storage } from "../../backend.ts";
import { array } from "../../reference/array.ts";
import { allocate } from "../allocate.ts";
import { scratch } from "../scratch.ts";
import { matmulKernels, tileHeight } from "./kernels.ts";
import { places } from "./layout.ts";
import { blocksOf, type Factor, type Product, productOf } from "./plan.ts";
import { type Approach, approachOf } from "./sparsity.ts";
import { type Staged, stageLeft, stageRight, storeProduct, storeTransposed } from "./stage.ts";

/** Rows of the product from which on packing the right factor pays. */
const worthPacking = 8;

/**
 * Batched matrix product as WebAssembly SIMD, by blocks; spikes and other sparse factors take the event-driven path.
 * A bias [n] is added to every row, where k is not 0.
 */
export function matmul(spec: MatmulSpec, a: Storage, b: Storage, bias?: Storage): Float32Array {
  return matmulBy(approachOf(spec, array(a), array(b)), spec, a, b, bias);
}

/** The same, computed in a given way: what is best was measured with this. */
export function matmulBy(
  { swapped, below }: Approach,
  spec: MatmulSpec,
  a: Storage,
  b: Storage,
  bias?: Storage,
): Float32Array {
  const { batch, m, k, n } = spec;
  const [left, right] = [array(a), array(b)];
  const result = allocate(batch * m * n);
  if (result.length === 0 || k === 0) return result;
  const added = bias && array(bias);
  for (let s = 0; s < batch; s++) {
    const factorA: Factor = {
      data: left,
      at: spec.sharedA ? 0 : s * m * k,
      transposed: spec.transposeA,
      binary: spec.binaryA,
    };
    const factorB: Factor = {
      data: right,
      at: spec.sharedB ? 0 : s * k * n,
      transposed: spec.transposeB,
      binary: spec.binaryB,
    };
    const run = (swapped: boolean) =>
      multiply(productOf(spec, factorA, factorB, swapped), below, result, s * m * n, added);
    // Zeros of a binary factor hide what is not finite in the other: then it has to be the left one.
    if (!run(swapped)) run(!swapped);
  }
  return result;
}

/** Computes one product into `result`; false where the right factor's zeros would have to be skipped. */
function multiply(
  product: Product,
  below: number,
  result: Float32Array,
  at: number,
  bias: Float32Array | undefined,
): boolean {
  const memory = scratch();
  const kernels = matmulKernels();
  const { left, right, rows, depth, columns, swapped } = product;
  const blocks = blocksOf(product);
  for (let j = 0; j < columns; j += blocks.columns) {
    const n = Math.min(blocks.columns, columns - j);
    let b: Staged | undefined;
    let finite = true;
    for (let i = 0; i < rows; i += blocks.rows) {
      const m = Math.min(blocks.rows, rows - i);
      for (let l = 0; l < depth; l += blocks.depth) {
        const k = Math.min(blocks.depth, depth - l);
        if (b === undefined || blocks.depth < depth) {
          b = stageRight(
            memory,
            kernels,
            right,
            [depth, columns],
            [l, j],
            [k, n],
            rows >= worthPacking,
          );
          if (left.binary !== below > 0) finite = kernels.finite(b.plain, 4 * k * n) !== 0;
        }
        const a = stageLeft(memory, kernels, left, [rows, depth], [i, l], [m, k]);
        if (right.binary && !left.binary && kernels.finite(a.plain, 4 * m * k) === 0) return false;
        // Spikes hide what is not finite, other zeros don't.
        const sparse = left.binary
          ? below > 0 || !finite
          : below > 0 && finite && kernels.nonzeros(a.plain, 4 * m * k) < below * m * k;
        (sparse ? addEvents : addAll)(left.binary, a, b, [m, k, n], l > 0);
      }
      if (swapped) {
        const first = at + j * rows + i;
        storeTransposed(memory, kernels, result, first, rows, [m, n], bias?.subarray(i, i + m));
      } else {
        const first = at + i * columns + j;
        storeProduct(memory, kernels, result, first, columns, [m, n], bias?.subarray(j, j + n));
      }
    }
  }
  return true;
}

type Extents = readonly [rows: number, depth: number, columns: number];

function addEvents(
  binary: boolean,
  a: Staged,
  b: Staged,
  [m, k, n]: Extents,
  resume: boolean,
): void {
  const { compress, spikes, events } = matmulKernels();
  const { lists, counts, product } = places;
  compress(a.at, a.rowStep, m, k, 4 * lists, 4 * k, 4 * counts);
  const kernel = binary ? spikes : events;
  // deno-fmt-ignore
  kernel(
    4 * lists, 4 * k, 4 * counts, a.at, a.rowStep, m,
    b.at, b.columnStep, b.rowStep, k, n, 4 * product, 4 * n, Number(resume),
  );
}

function addAll(_: boolean, a: Staged, b: Staged, [m, k, n]: Extents, resume: boolean): void {
  const { denseRows, denseRow } = matmulKernels();
  const rest = m % tileHeight;
  const whole = m - rest;
  const run = (kernel: typeof denseRow, first: number, rows: number) =>
    // deno-fmt-ignore
    kernel(
      a.at + first * a.rowStep, a.rowStep, rows, b.at, b.columnStep, b.rowStep, k, n,
      4 * (places.product + first * n), 4 * n, Number(resume),
    );
  if (whole > 0) run(denseRows, 0, whole);
  if (rest > 0) run(denseRow, whole, rest);
}
