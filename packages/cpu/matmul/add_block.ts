import type { KernelCall } from "../threads/executable.ts";
import { runTogether } from "../threads/run_jobs.ts";
import { slotCount } from "../threads/worker_source.ts";
import { tileHeight } from "./dense_kernel.ts";
import { places } from "./layout.ts";
import type { ProductPlace, Staged, Workspace } from "./stage.ts";

/**
 * The kernels of a block's product: they take all numbers of the left factor, those that are not 0,
 * or these as ones.
 */
export type BlockKernel = "numbers" | "events" | "spikes";

/** Parts of a block per thread: a thread that is late leaves the others more to do. */
const partsPerThread = 4;

/**
 * Computes a block [m, k] x [k, n]; `resume` where an earlier part of the depth is there.
 *
 * @returns False where a worker is late: see `runTogether`.
 */
export function addBlock(
  { code, workers }: Workspace,
  kernel: BlockKernel,
  a: Staged,
  b: Staged,
  m: number,
  k: number,
  n: number,
  resume: boolean,
  { from, stride }: ProductPlace,
): boolean {
  if (workers === 0) {
    // deno-fmt-ignore
    code.exports[kernel](
      a.at, a.rowStep, m, b.at, b.columnStep, b.rowStep, k, n, 4 * from, 4 * stride,
      Number(resume), 4 * places.lists, 4 * places.counts,
    );
    return true;
  }
  const parts = Math.min(partsPerThread * (1 + workers), slotCount);
  const rows = Math.ceil(m / parts / tileHeight) * tileHeight;
  const calls: KernelCall[] = [];
  for (let row = 0; row < m; row += rows) {
    // The last vector of a list may reach past its end: lists of two parts are 16 numbers apart.
    // deno-fmt-ignore
    calls.push(code.call(
      kernel, a.at + row * a.rowStep, a.rowStep, Math.min(rows, m - row),
      b.at, b.columnStep, b.rowStep, k, n, 4 * (from + row * stride), 4 * stride,
      Number(resume), 4 * (places.lists + row * k + 16 * calls.length), 4 * (places.counts + row),
    ));
  }
  return runTogether(code, calls);
}
