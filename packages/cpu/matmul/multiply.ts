import { common } from "../threads/common.ts";
import { addBlock } from "./add_block.ts";
import { tileHeight } from "./dense_kernel.ts";
import { workspaceOf } from "./kernels.ts";
import { places } from "./layout.ts";
import { blocksOf, type Product } from "./plan.ts";
import { type Block, placeOfProduct, stage, storeProduct, type Workspace } from "./stage.ts";

/** Rows of the product from which on packing the right factor pays. */
const worthPacking = 8;

/** Multiplications by numbers other than 0 from which on a second thread pays. */
const leastShared = 1 << 20;

/** Whether a second thread pays. */
export function isProductShareable({ rows, depth, columns, density }: Product): boolean {
  return rows >= 2 * tileHeight && rows * depth * columns * density >= leastShared;
}

const isBlockFinite = ({ code }: Workspace, plain: number, { rows, columns }: Block) =>
  code.exports.infinities(plain, 4 * rows * columns) === 0;

/** A block of the right factor, and whether it is finite, as far as that matters. */
function stageRight(workspace: Workspace, { left, right, rows, below }: Product, block: Block) {
  const isPacked = right.transposed || rows >= worthPacking;
  const b = stage(workspace, right, block, places.right, isPacked);
  return { b, isFinite: left.binary === below > 0 || isBlockFinite(workspace, b.plain, block) };
}

/**
 * Computes a product, block by block, by this thread and so many workers.
 *
 * @returns False where the right factor's zeros would have to be skipped.
 */
export function multiply(product: Product, workers: number): boolean {
  const workspace = workspaceOf(workers > 0 && common().isFree ? workers : 0);
  const { left, right, rows, depth, columns, below } = product;
  const { binary } = left;
  const blocks = blocksOf(product);
  const { nonzeros } = workspace.code.exports;
  for (let j = 0; j < columns; j += blocks.columns) {
    const n = Math.min(blocks.columns, columns - j);
    const whole = blocks.depth < depth
      ? undefined
      : stageRight(workspace, product, { row: 0, column: j, rows: depth, columns: n });
    for (let i = 0; i < rows; i += blocks.rows) {
      const m = Math.min(blocks.rows, rows - i);
      const block = { row: i, column: j, rows: m, columns: n };
      const place = placeOfProduct(workspace, product, block);
      for (let l = 0; l < depth; l += blocks.depth) {
        const k = Math.min(blocks.depth, depth - l);
        const { b, isFinite } = whole ??
          stageRight(workspace, product, { row: l, column: j, rows: k, columns: n });
        const leftBlock = { row: i, column: l, rows: m, columns: k };
        const a = stage(workspace, left, leftBlock, places.left, false);
        if (right.binary && !binary && !isBlockFinite(workspace, a.plain, leftBlock)) return false;
        // 0 · ∞ is NaN, but a unit without a spike adds nothing: spikes hide infinities.
        const kernel = binary && (below > 0 || !isFinite)
          ? "spikes"
          : isFinite && below > 0 && nonzeros(a.plain, 4 * m * k) < below * m * k
          ? "events"
          : "numbers";
        if (!addBlock(workspace, kernel, a, b, m, k, n, l > 0, place)) return multiply(product, 0);
      }
      storeProduct(workspace, product, block, place);
    }
  }
  return true;
}
