// A product whose rows are computed by several threads, block by block.
import { freeLength, staging } from "../staging.ts";
import type { PooledWorker } from "../threads/pooled_worker.ts";
import { runJobs } from "../threads/run_jobs.ts";
import type { KernelCall } from "../threads/executable.ts";
import { addBlock, type Way } from "./add_block.ts";
import { tileHeight } from "./dense_kernel.ts";
import { matmulCode, matmulKernels } from "./kernels.ts";
import { places } from "./layout.ts";
import { type Blocks, blocksOfAllDepth, type Product } from "./plan.ts";
import {
  type Finished,
  finishProduct,
  type Staged,
  stageLeft,
  stageRight,
  storeProduct,
} from "./stage.ts";

/**
 * Multiplications from which on a second thread pays: by numbers, by numbers of which many are 0,
 * by spikes.
 */
const worthSharing = { numbers: 1 << 24, zeros: 1 << 25, spikes: 1 << 26 } as const;

/** Jobs at least: fewer leave a thread without work at the end. */
const fewestJobs = 8;

/** The blocks of a product whose rows are worth a second thread; undefined for other products. */
export function sharedBlocks(product: Product): Blocks | undefined {
  const { left, right, rows, depth, columns, below } = product;
  // Whether spikes on the right meet a block without infinities decides about all of the product.
  if (right.binary && !left.binary) return undefined;
  const least = worthSharing[left.binary ? "spikes" : below > 0 ? "zeros" : "numbers"];
  const isLarge = rows * depth * columns >= least && rows >= fewestJobs * tileHeight;
  return isLarge ? blocksOfAllDepth(product) : undefined;
}

/** Computes a product block by block, rows by this thread and its workers; always possible. */
export function multiplyShared(
  product: Product,
  blocks: Blocks,
  workers: readonly PooledWorker[],
): true {
  const { left: { binary }, right, depth, columns, below } = product;
  const { floats } = staging();
  const kernels = matmulKernels();
  for (let first = 0; first < columns; first += blocks.columns) {
    const count = Math.min(blocks.columns, columns - first);
    const staged = stageRight({ floats, kernels }, right, 0, first, depth, count, true);
    const finite = binary === below > 0 || kernels.finite(staged.plain, 4 * depth * count) !== 0;
    multiplyRows(
      { product, way: { binary, below, finite }, blocks, staged, first, count },
      workers,
    );
  }
  return true;
}

/** Some columns of a product, whose right factor is staged. */
interface Columns {
  readonly product: Product;
  readonly way: Way;
  readonly blocks: Blocks;
  readonly staged: Staged;
  readonly first: number;
  readonly count: number;
}

function multiplyRows(
  { product, way, blocks, staged, first, count }: Columns,
  workers: readonly PooledWorker[],
): void {
  const { left, rows, depth } = product;
  const { floats } = staging();
  const few = Math.ceil(rows / fewestJobs / tileHeight) * tileHeight;
  const jobRows = Math.min(blocks.rows, few);
  const finished = new Map<number, Finished>();
  const copyPart = (to: Float32Array, from: number, end: number) =>
    to.set(floats.subarray(from, end), from);
  runJobs({
    count: Math.ceil(rows / jobRows),
    executable: matmulCode(),
    own: floats,
    bytes: floats.byteLength,
    prepare: (to) => {
      if (to === floats) return;
      copyPart(to, places.right, places.product);
      copyPart(to, freeLength, floats.length);
    },
    load: (job, to) => {
      const calls: KernelCall[] = [];
      const workspace = { floats: to, kernels: matmulKernels(calls) };
      const i = job * jobRows;
      const m = Math.min(jobRows, rows - i);
      const a = stageLeft(workspace, left, i, 0, m, depth);
      addBlock(workspace.kernels, way, a, staged, m, depth, count, false);
      finished.set(job, finishProduct(workspace, product, i, first, m, count));
      return calls;
    },
    store: (job, from) => {
      const block = finished.get(job);
      if (block !== undefined) storeProduct(from, block, product);
    },
  }, workers);
}
