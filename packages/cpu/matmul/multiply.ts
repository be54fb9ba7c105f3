import { staging } from "../staging.ts";
import type { KernelCall } from "../threads/executable.ts";
import type { PooledWorker } from "../threads/pooled_worker.ts";
import { runJobs } from "../threads/run_jobs.ts";
import { addBlock, wayOf } from "./add_block.ts";
import { tileHeight } from "./dense_kernel.ts";
import { matmulCode, matmulKernels } from "./kernels.ts";
import { regionBlock, regionOf } from "./layout.ts";
import { blocksOf, blocksOfDepth, type Product } from "./plan.ts";
import {
  type Block,
  type Finished,
  finishProduct,
  rowsFrom,
  stageBias,
  type Staged,
  stageLeft,
  stageRight,
  storeProduct,
  type Workspace,
} from "./stage.ts";

/** Rows of the product from which on packing the right factor pays. */
const worthPacking = 8;

/** Multiplications of numbers other than 0 from which on a second thread pays. */
const leastShared = 1 << 20;

/** Such multiplications that a job has at least, and the most jobs of a block of rows. */
const leastOfJob = 1 << 18;
const mostJobs = 8;

/** The rows of a job of a product that is worth a second thread; undefined for other products. */
export function sharedRows({ rows, depth, columns, density }: Product): number | undefined {
  const work = rows * depth * columns * density;
  if (work < leastShared) return undefined;
  const blocks = blocksOfDepth({ rows, depth, columns });
  const part = blocks.rows / Math.min(mostJobs, work / leastOfJob);
  const most = regionBlock / Math.max(depth, blocks.columns);
  const jobRows = tileHeight * Math.floor(Math.min(part + tileHeight - 1, most) / tileHeight);
  return blocks.depth === depth && jobRows > 0 && jobRows < rows ? jobRows : undefined;
}

/**
 * Computes a product, block by block, by this thread and `workers`, if there are any: they take
 * `jobRows` rows at a time. False where the right factor's zeros would have to be skipped.
 */
export function multiply(
  product: Product,
  workers: readonly PooledWorker[],
  jobRows = 0,
): boolean {
  const { left, right, rows, depth, columns, below } = product;
  const { binary } = left;
  const blocks = workers.length > 0 ? blocksOfDepth(product) : blocksOf(product);
  const { floats } = staging();
  const own: Workspace = { floats, kernels: matmulKernels(), region: regionOf(0) };
  for (let j = 0; j < columns; j += blocks.columns) {
    const n = Math.min(blocks.columns, columns - j);
    const stageB = (l: number, k: number) => {
      const b = stageRight(own, right, [l, j, k, n], rows >= worthPacking);
      const finite = binary === below > 0 || own.kernels.finite(b.plain, 4 * k * n) !== 0;
      return { b, facts: { binary, below, finite } };
    };
    const whole = blocks.depth < depth ? undefined : stageB(0, depth);
    for (let i = 0; i < rows; i += blocks.rows) {
      const m = Math.min(blocks.rows, rows - i);
      stageBias(own, product, [i, j, m, n]);
      for (let l = 0; l < depth; l += blocks.depth) {
        const k = Math.min(blocks.depth, depth - l);
        const { b, facts } = whole ?? stageB(l, k);
        const a = stageLeft(own, left, [i, l, m, k]);
        if (right.binary && !binary && own.kernels.finite(a.plain, 4 * m * k) === 0) return false;
        const way = wayOf(own.kernels, facts, a, m * k);
        if (workers.length > 0) multiplyRows(product, way, a, b, [i, j, m, n], jobRows, workers);
        else addBlock(own, way, a, b, m, k, n, l > 0);
      }
      if (workers.length > 0) continue;
      storeProduct(floats, finishProduct(own, product, [i, j, m, n]), product);
    }
  }
  return true;
}

/** Computes a block of the product, whose factors and bias are staged, by several threads. */
function multiplyRows(
  product: Product,
  way: number,
  a: Staged,
  b: Staged,
  [row, column, rows, columns]: Block,
  jobRows: number,
  workers: readonly PooledWorker[],
): void {
  const { floats } = staging();
  const finished: Finished[] = [];
  runJobs({
    count: Math.ceil(rows / jobRows),
    executable: matmulCode(),
    own: floats,
    bytes: 0,
    prepare: () => {},
    load: (job, _, region) => {
      const calls: KernelCall[] = [];
      const workspace = { floats, kernels: matmulKernels(calls), region: regionOf(region) };
      const from = job * jobRows;
      const m = Math.min(jobRows, rows - from);
      addBlock(workspace, way, rowsFrom(a, from), b, m, product.depth, columns, false);
      const block = [row + from, column, m, columns] as const;
      finished[job] = finishProduct(workspace, product, block, from);
      return calls;
    },
    store: (job) => storeProduct(floats, finished[job], product),
  }, workers);
}
