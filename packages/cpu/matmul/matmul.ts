import { hostArray, type MatmulSpec, type Storage } from "@spikeloop/backend";
import { allocate } from "../allocate.ts";
import { staging } from "../staging.ts";
import { share } from "../threads/threads.ts";
import { addBlock } from "./add_block.ts";
import { multiplyFewSpikes } from "./few_spikes.ts";
import { matmulKernels } from "./kernels.ts";
import { blocksOf, type Factor, type Product, productOf } from "./plan.ts";
import { multiplyShared, sharedBlocks } from "./shared_rows.ts";
import { type Approach, approachOf } from "./sparsity.ts";
import { finishProduct, type Staged, stageLeft, stageRight, storeProduct } from "./stage.ts";

/** Rows of the product from which on packing the right factor pays. */
const worthPacking = 8;

/**
 * Batched matrix product as WebAssembly SIMD, by blocks; spikes and other sparse factors take the
 * event-driven path. A bias [n] is added to every row, where k is not 0.
 */
export function cpuMatmul(spec: MatmulSpec, a: Storage, b: Storage, bias?: Storage): Float32Array {
  const [left, right, row] = [hostArray(a), hostArray(b), bias && hostArray(bias)];
  return multiplyFewSpikes(spec, left, right, row) ??
    matmulBy(approachOf(spec, left, right), spec, left, right, row);
}

/** The same, computed in a given way: benches measure with this which way is best. */
export function matmulBy(
  { swapped, below }: Approach,
  spec: MatmulSpec,
  left: Float32Array,
  right: Float32Array,
  bias?: Float32Array,
): Float32Array {
  const { batch, m, k, n } = spec;
  const result = allocate(batch * m * n);
  if (result.length === 0 || k === 0) return result;
  for (let s = 0; s < batch; s++) {
    const a: Factor = {
      data: left,
      at: spec.sharedA ? 0 : s * m * k,
      rows: m,
      columns: k,
      transposed: spec.transposeA,
      binary: spec.binaryA,
    };
    const b: Factor = {
      data: right,
      at: spec.sharedB ? 0 : s * k * n,
      rows: k,
      columns: n,
      transposed: spec.transposeB,
      binary: spec.binaryB,
    };
    const run = (swapped: boolean) => {
      const product = productOf(a, b, { swapped, below }, { result, at: s * m * n, bias });
      const blocks = sharedBlocks(product);
      if (blocks === undefined) return multiplyAlone(product);
      return share((workers) =>
        workers.length > 0 ? multiplyShared(product, blocks, workers) : multiplyAlone(product)
      );
    };
    // If the other factor isn't finite, the zeros of spikes hide that: they must be on the left.
    if (!run(swapped)) run(!swapped);
  }
  return result;
}

/** Computes one product; false where the right factor's zeros would have to be skipped. */
function multiplyAlone(product: Product): boolean {
  const { left, right, rows, depth, columns, below } = product;
  const { binary } = left;
  const { floats } = staging();
  const kernels = matmulKernels();
  const workspace = { floats, kernels };
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
          b = stageRight(workspace, right, l, j, k, n, rows >= worthPacking);
          if (binary !== below > 0) finite = kernels.finite(b.plain, 4 * k * n) !== 0;
        }
        const a = stageLeft(workspace, left, i, l, m, k);
        if (right.binary && !binary && kernels.finite(a.plain, 4 * m * k) === 0) return false;
        addBlock(kernels, { binary, below, finite }, a, b, m, k, n, l > 0);
      }
      storeProduct(floats, finishProduct(workspace, product, i, j, m, n), product);
    }
  }
  return true;
}
