import { call, Func, i32, type Operand, when } from "@spikeloop/expr/wasm";
import { runTogether } from "../threads/run_jobs.ts";
import { slotCount } from "../threads/worker_source.ts";
import { tileHeight } from "./dense_kernel.ts";
import { places } from "./layout.ts";
import type { ProductPlace, Staged, Workspace } from "./stage.ts";

/** Kinds of left factors: all numbers are multiplied, those that are not 0, or none, as spikes. */
const kinds = { numbers: 0, nonzeros: 1, spikes: 2 } as const;

/**
 * addBlock(kind, a, aStride, rows, b, columnStep, rowStep, k, n, c, cStride, resume, lists,
 * counts): the product of one block, or of some of its rows, for which there is room for lists and
 * counts. For the other parameters see `denseKernel`. It calls functions by the places that
 * `placeOf` knows.
 */
export function addBlockKernel(placeOf: (name: string) => number): Func {
  const fn = new Func("addBlock", 14);
  const [kind, a, aStride, rows, ...others] = fn.params;
  const [b, columnStep, rowStep, k, n, c, cStride, resume, lists, counts] = others;
  const whole = i32.and(rows, -tileHeight);
  const dense = (kernel: string, from: Operand, count: Operand) => {
    const row = (at: Operand, stride: Operand) => i32.add(at, i32.mul(from, stride));
    // deno-fmt-ignore
    return call(
      placeOf(kernel), row(a, aStride), aStride, count, b, columnStep, rowStep, k, n, row(c, cStride), cStride, resume,
    );
  };
  const listStride = i32.shl(k, 2);
  const fromLists = (compress: string, kernel: string) => [
    call(placeOf(compress), a, aStride, rows, k, rowStep, lists, listStride, counts),
    call(placeOf(kernel), lists, listStride, counts, rows, b, columnStep, n, c, cStride, resume),
  ];
  return fn.emit(when(kind, [
    when(
      i32.eq(kind, kinds.spikes),
      fromLists("compressSpikes", "spikes"),
      fromLists("compress", "events"),
    ),
  ], [
    dense("denseRows", 0, whole),
    dense("denseRow", whole, i32.sub(rows, whole)),
  ]));
}

/** The facts that decide how a block is multiplied. */
export interface Way {
  readonly binary: boolean;
  /** The share of numbers other than 0 in the left factor below which the others are skipped. */
  readonly below: number;
  /** The right factor's block is finite, where that matters. */
  readonly finite: boolean;
}

/** Parts of a block per thread: a thread that is late leaves the others more to do. */
const partsPerThread = 4;

/**
 * Computes a block [m, k] x [k, n]; `resume` where an earlier part of the depth is there.
 *
 * @returns False where a worker is late: see `runTogether`.
 */
export function addBlock(
  { code, workers }: Workspace,
  { binary, below, finite }: Way,
  a: Staged,
  b: Staged,
  m: number,
  k: number,
  n: number,
  resume: boolean,
  { from, stride }: ProductPlace,
): boolean {
  // 0 · ∞ is NaN, but a unit without a spike adds nothing: spikes hide infinities, numbers don't.
  const isSparse = () => code.exports.nonzeros(a.plain, 4 * m * k) < below * m * k;
  const kind = binary && (below > 0 || !finite)
    ? kinds.spikes
    : finite && below > 0 && isSparse()
    ? kinds.nonzeros
    : kinds.numbers;
  // deno-fmt-ignore
  const rowsFrom = (row: number, rows: number, part: number) => [
    kind, a.at + row * a.rowStep, a.rowStep, rows, b.at, b.columnStep, b.rowStep, k, n,
    4 * (from + row * stride), 4 * stride, Number(resume),
    4 * (places.lists + row * k + 16 * part), 4 * (places.counts + row),
  ];
  if (workers === 0) {
    code.exports.addBlock(...rowsFrom(0, m, 0));
    return true;
  }
  const parts = Math.min(partsPerThread * (1 + workers), slotCount);
  const rows = Math.ceil(m / parts / tileHeight) * tileHeight;
  const calls = Array.from({ length: Math.ceil(m / rows) }, (_, part) => {
    const row = part * rows;
    return code.call("addBlock", ...rowsFrom(row, Math.min(rows, m - row), part));
  });
  return runTogether(code, calls);
}
