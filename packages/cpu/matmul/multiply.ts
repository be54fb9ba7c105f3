import { common } from "../threads/common.ts";
import { addBlock } from "./add_block.ts";
import { tileHeight } from "./dense_kernel.ts";
import { workspaceOf } from "./kernels.ts";
import { places } from "./layout.ts";
import { blocksOf, type Product } from "./plan.ts";
import { placeOfProduct, stage, type Staged, storeProduct } from "./stage.ts";

/** Rows of the product from which on packing the right factor pays. */
const worthPacking = 8;

/** Multiplications by numbers other than 0 from which on a second thread pays. */
const leastShared = 1 << 20;

/** Whether a second thread pays. */
export function isProductShareable({ rows, depth, columns, density }: Product): boolean {
  return rows >= 2 * tileHeight && rows * depth * columns * density >= leastShared;
}

/**
 * Computes a product, block by block, by this thread and so many workers.
 *
 * @returns False where the right factor's zeros would have to be skipped.
 */
export function multiply(product: Product, workers: number): boolean {
  const isTogether = workers > 0 && common().isFree;
  const workspace = workspaceOf(isTogether ? workers : 0);
  const { left, right, rows, depth, columns, below } = product;
  const { binary } = left;
  const isPacked = right.transposed || rows >= worthPacking;
  const blocks = blocksOf(product);
  const { code } = workspace;
  const isBlockFinite = ({ plain }: Staged, count: number) =>
    code.exports.infinities(plain, 4 * count) === 0;
  for (let j = 0; j < columns; j += blocks.columns) {
    const n = Math.min(blocks.columns, columns - j);
    const stageB = (l: number, k: number) => {
      const b = stage(workspace, right, [l, j, k, n], places.right, isPacked);
      return { b, isFinite: binary === below > 0 || isBlockFinite(b, k * n) };
    };
    const whole = blocks.depth < depth ? undefined : stageB(0, depth);
    for (let i = 0; i < rows; i += blocks.rows) {
      const m = Math.min(blocks.rows, rows - i);
      const block = [i, j, m, n] as const;
      const place = placeOfProduct(workspace, product, block);
      for (let l = 0; l < depth; l += blocks.depth) {
        const k = Math.min(blocks.depth, depth - l);
        const { b, isFinite } = whole ?? stageB(l, k);
        const a = stage(workspace, left, [i, l, m, k], places.left, false);
        if (right.binary && !binary && !isBlockFinite(a, m * k)) return false;
        // 0 · ∞ is NaN, but a unit without a spike adds nothing: spikes hide infinities.
        const isSparse = () => code.exports.nonzeros(a.plain, 4 * m * k) < below * m * k;
        const kernel = binary && (below > 0 || !isFinite)
          ? "spikes"
          : isFinite && below > 0 && isSparse()
          ? "events"
          : "numbers";
        const isDone = addBlock(workspace, kernel, a, b, m, k, n, l > 0, place);
        if (!isDone) return multiply(product, 0);
      }
      storeProduct(workspace, product, block, place);
    }
  }
  return true;
}
