// A product whose rows are computed by several threads, block by block.
import { freeLength, staging } from "../staging.ts";
import type { Helper } from "../threads/helper.ts";
import { runJobs } from "../threads/run_jobs.ts";
import type { Call } from "../threads/shared_kernel.ts";
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

/** Whether a second thread may pay for a product, and can take blocks of its rows. */
export function isProductShareable(product: Product): boolean {
  const { left, right, rows, depth, columns, below } = product;
  // Whether spikes on the right meet a block without infinities decides about all of the product.
  if (right.binary && !left.binary) return false;
  const least = worthSharing[left.binary ? "spikes" : below > 0 ? "zeros" : "numbers"];
  return rows * depth * columns >= least && rows >= fewestJobs * tileHeight &&
    blocksOfAllDepth(product) !== undefined;
}

/** Computes a product that is shareable, by this thread and its helpers. */
export function multiplyShared(
  product: Product,
  helpers: readonly Helper[],
): boolean | undefined {
  const blocks = blocksOfAllDepth(product);
  if (blocks === undefined) return undefined;
  const { left: { binary }, right, depth, columns, below } = product;
  const { floats } = staging();
  const kernels = matmulKernels();
  for (let first = 0; first < columns; first += blocks.columns) {
    const count = Math.min(blocks.columns, columns - first);
    const staged = stageRight({ floats, kernels }, right, 0, first, depth, count, true);
    const finite = binary === below > 0 || kernels.finite(staged.plain, 4 * depth * count) !== 0;
    multiplyRows(
      { product, way: { binary, below, finite }, blocks, staged, first, count },
      helpers,
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
  helpers: readonly Helper[],
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
    kernel: matmulCode(),
    own: floats,
    bytes: floats.byteLength,
    prepare: (to) => {
      if (to === floats) return;
      copyPart(to, places.right, places.product);
      copyPart(to, freeLength, floats.length);
    },
    load: (job, to) => {
      const calls: Call[] = [];
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
  }, helpers);
}
