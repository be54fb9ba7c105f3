import { common } from "../threads/common.ts";
import { addBlock } from "./add_block.ts";
import { tileHeight } from "./dense_kernel.ts";
import { commonWorkspace, ownWorkspace } from "./kernels.ts";
import { blocksOf, type Product } from "./plan.ts";
import { finishProduct, placeOfProduct, stageLeft, stageRight, storeProduct } from "./stage.ts";

/** Rows of the product from which on packing the right factor pays. */
const worthPacking = 8;

/** Multiplications by numbers other than 0 from which on a second thread pays. */
const leastShared = 1 << 20;

/** Whether a second thread pays. */
export function isProductShareable({ rows, depth, columns, density }: Product): boolean {
  return rows >= 2 * tileHeight && rows * depth * columns * density >= leastShared;
}

/**
 * Computes a product, block by block, by this thread and so many workers. False where
 * the right factor's zeros would have to be skipped.
 */
export function multiply(product: Product, workers: number): boolean {
  const isTogether = workers > 0 && common().isFree;
  const workspace = isTogether ? commonWorkspace(workers) : ownWorkspace();
  const { left, right, rows, depth, columns, below } = product;
  const { binary } = left;
  const blocks = blocksOf(product);
  const { floats, code } = workspace;
  for (let j = 0; j < columns; j += blocks.columns) {
    const n = Math.min(blocks.columns, columns - j);
    const stageB = (l: number, k: number) => {
      const b = stageRight(workspace, right, [l, j, k, n], rows >= worthPacking);
      const finite = binary === below > 0 || code.exports.finite(b.plain, 4 * k * n) !== 0;
      return { b, way: { binary, below, finite } };
    };
    const whole = blocks.depth < depth ? undefined : stageB(0, depth);
    for (let i = 0; i < rows; i += blocks.rows) {
      const m = Math.min(blocks.rows, rows - i);
      const block = [i, j, m, n] as const;
      const place = placeOfProduct(workspace, product, block);
      for (let l = 0; l < depth; l += blocks.depth) {
        const k = Math.min(blocks.depth, depth - l);
        const { b, way } = whole ?? stageB(l, k);
        const a = stageLeft(workspace, left, [i, l, m, k]);
        if (right.binary && !binary && code.exports.finite(a.plain, 4 * m * k) === 0) return false;
        const isDone = addBlock(workspace, way, a, b, m, k, n, l > 0, place);
        if (!isDone) return multiply(product, 0);
      }
      storeProduct(floats, finishProduct(workspace, product, block, place), product);
    }
  }
  return true;
}
