import type { MatmulKernels } from "./kernels.ts";
import { places } from "./layout.ts";
import type { Staged } from "./stage.ts";

/** What decides how a block is multiplied. */
export interface Way {
  /** The left factor holds only zeros and ones. */
  readonly binary: boolean;
  /** The share of numbers other than 0 in the left factor below which the others are skipped. */
  readonly below: number;
  /** The right factor's block is finite, where that matters. */
  readonly finite: boolean;
}

/** The product's block from staged blocks of the factors; `resume` where an earlier part of the depth is in it. */
export function addBlock(
  kernels: MatmulKernels,
  { binary, below, finite }: Way,
  a: Staged,
  b: Staged,
  [m, k, n]: readonly [rows: number, depth: number, columns: number],
  resume: boolean,
): void {
  const { lists, counts, product } = places;
  // Spikes hide what is not finite, other zeros don't.
  if (binary && (below > 0 || !finite)) {
    kernels.compress(a.at, a.rowStep, m, k, 4 * lists, 4 * k, 4 * counts);
    // deno-fmt-ignore
    kernels.spikes(
      4 * lists, 4 * k, 4 * counts, a.at, a.rowStep, m,
      b.at, b.columnStep, b.rowStep, k, n, 4 * product, 4 * n, Number(resume),
    );
    return;
  }
  const limit = finite ? Math.min(Math.ceil(below * m * k), m * k + 4) : 0;
  // deno-fmt-ignore
  kernels.addBlock(
    limit, a.plain, 4 * m * k, a.at, a.rowStep, m,
    b.at, b.columnStep, b.rowStep, k, n, 4 * product, 4 * n, Number(resume),
  );
}
