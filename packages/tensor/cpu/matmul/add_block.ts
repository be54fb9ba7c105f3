import { type MatmulKernels, tileHeight } from "./kernels.ts";
import { places } from "./layout.ts";
import type { Staged } from "./stage.ts";

/** Extents of a block. */
export type Extents = readonly [rows: number, depth: number, columns: number];

/** Adds the product of staged blocks to the product's block, or makes it, from where the left one is not 0. */
export function addEvents(
  kernels: MatmulKernels,
  binary: boolean,
  a: Staged,
  b: Staged,
  [m, k, n]: Extents,
  resume: boolean,
): void {
  const { compress, spikes, events } = kernels;
  const { lists, counts, product } = places;
  compress(a.at, a.rowStep, m, k, 4 * lists, 4 * k, 4 * counts);
  const kernel = binary ? spikes : events;
  // deno-fmt-ignore
  kernel(
    4 * lists, 4 * k, 4 * counts, a.at, a.rowStep, m,
    b.at, b.columnStep, b.rowStep, k, n, 4 * product, 4 * n, Number(resume),
  );
}

/** The same from all numbers. */
export function addAll(
  kernels: MatmulKernels,
  _: boolean,
  a: Staged,
  b: Staged,
  [m, k, n]: Extents,
  resume: boolean,
): void {
  const { denseRows, denseRow } = kernels;
  const rest = m % tileHeight;
  const whole = m - rest;
  const run = (kernel: typeof denseRow, first: number, rows: number) =>
    // deno-fmt-ignore
    kernel(
      a.at + first * a.rowStep, a.rowStep, rows, b.at, b.columnStep, b.rowStep, k, n,
      4 * (places.product + first * n), 4 * n, Number(resume),
    );
  if (whole > 0) run(denseRows, 0, whole);
  if (rest > 0) run(denseRow, whole, rest);
}
