import { freeLength, staging } from "../staging.ts";
import type { KernelCall } from "../threads/executable.ts";
import type { PooledWorker } from "../threads/pooled_worker.ts";
import { runJobs } from "../threads/run_jobs.ts";
import { addBlock } from "./add_block.ts";
import { tileHeight } from "./dense_kernel.ts";
import { matmulCode, matmulKernels } from "./kernels.ts";
import { panelWidth, places } from "./layout.ts";
import { type Blocks, blocksOf, type Product } from "./plan.ts";
import { finishProduct, placeOfProduct, stageLeft, stageRight, storeProduct } from "./stage.ts";
import type { Finished, Workspace } from "./stage.ts";

/** Rows of the product from which on packing the right factor pays. */
const worthPacking = 8;

/** Multiplications by numbers other than 0 from which on a second thread pays. */
const leastShared = 1 << 20;

/** Such multiplications of a job where there are more than two jobs, and the most jobs. */
const jobSize = 1 << 22;
const mostJobs = 8;

/** The blocks of a product whose rows are worth a second thread; undefined for other products. */
export function sharedBlocks(product: Product): Blocks | undefined {
  const { left, right, rows, depth, columns, density } = product;
  // Whether spikes on the right meet a block without infinities decides about all of the product.
  if (right.binary && !left.binary) return undefined;
  const work = rows * depth * columns * density;
  if (work < leastShared || rows < 2 * tileHeight) return undefined;
  const blocks = blocksOf(product);
  if (blocks.depth < depth) return undefined;
  const jobs = Math.min(Math.max(2, Math.floor(work / jobSize)), mostJobs);
  const jobRows = Math.ceil(rows / jobs / tileHeight) * tileHeight;
  return { ...blocks, rows: Math.min(blocks.rows, jobRows) };
}

/**
 * Computes a product, block by block, by this thread and `workers`, if there are any: then blocks
 * must hold all of the depth. False where the right factor's zeros would have to be skipped.
 */
export function multiply(
  product: Product,
  blocks: Blocks,
  workers: readonly PooledWorker[],
): boolean {
  const { left, right, rows, depth, columns, below } = product;
  const { binary } = left;
  const { floats } = staging();
  const own: Workspace = { floats, kernels: matmulKernels() };
  for (let j = 0; j < columns; j += blocks.columns) {
    const n = Math.min(blocks.columns, columns - j);
    const stageB = (l: number, k: number) => {
      const b = stageRight(own, right, [l, j, k, n], rows >= worthPacking);
      const finite = binary === below > 0 || own.kernels.finite(b.plain, 4 * k * n) !== 0;
      return { b, way: { binary, below, finite } };
    };
    const whole = blocks.depth < depth ? undefined : stageB(0, depth);
    /** The rows from `i` on; undefined where the right factor's zeros would have to be skipped. */
    const multiplyRows = (workspace: Workspace, i: number): Finished | undefined => {
      const m = Math.min(blocks.rows, rows - i);
      const block = [i, j, m, n] as const;
      const place = placeOfProduct(workspace, product, block);
      for (let l = 0; l < depth; l += blocks.depth) {
        const k = Math.min(blocks.depth, depth - l);
        const { b, way } = whole ?? stageB(l, k);
        const a = stageLeft(workspace, left, [i, l, m, k]);
        if (right.binary && !binary && own.kernels.finite(a.plain, 4 * m * k) === 0) return;
        addBlock(workspace, way, a, b, m, k, n, l > 0, place);
      }
      return finishProduct(workspace, product, block, place);
    };
    if (workers.length === 0) {
      for (let i = 0; i < rows; i += blocks.rows) {
        const block = multiplyRows(own, i);
        if (block === undefined) return false;
        storeProduct(floats, block, product);
      }
      continue;
    }
    const finished: (Finished | undefined)[] = [];
    runJobs({
      count: Math.ceil(rows / blocks.rows),
      executable: matmulCode(),
      own: floats,
      bytes: floats.byteLength,
      prepare: (to) => {
        if (to === floats) return;
        const end = places.right + depth * (n + panelWidth - 1);
        to.set(floats.subarray(places.right, Math.min(end, places.product)), places.right);
        to.set(floats.subarray(freeLength), freeLength);
      },
      load: (job, to) => {
        const calls: KernelCall[] = [];
        const workspace = { floats: to, kernels: matmulKernels(calls) };
        finished[job] = multiplyRows(workspace, job * blocks.rows);
        return calls;
      },
      store: (job, from) => {
        const block = finished[job];
        if (block !== undefined) storeProduct(from, block, product);
      },
    }, workers);
  }
  return true;
}
