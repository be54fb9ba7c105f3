import { call, Func, i32, type Operand, when } from "@spikeloop/expr/wasm";
import { tileHeight } from "./dense_kernel.ts";
import { places } from "./layout.ts";
import type { ProductPlace, Staged, Workspace } from "./stage.ts";

/** In the place of `limit`: the left factor holds spikes, of which the zeros are skipped. */
const spikesAlone = -1;

/**
 * addBlock(limit, plain, bytes, a, aStride, rows, b, columnStep, rowStep, k, n, c, cStride,
 * resume): the product of one block, from events where fewer than `limit` of the left factor's
 * numbers, which lie at `plain`, are not 0, or where it holds spikes; else from all. For the other
 * parameters see `denseKernel`. It calls functions by the places that `placeOf` knows.
 */
export function addBlockKernel(placeOf: (name: string) => number): Func {
  const fn = new Func("addBlock", 14);
  const [limit, plain, bytes, a, aStride, rows, ...others] = fn.params;
  const [b, columnStep, rowStep, k, n, c, cStride, resume] = others;
  const isSparse = fn.local("i32");
  const whole = i32.and(rows, -tileHeight);
  const dense = (kernel: string, from: Operand, count: Operand) => {
    const row = (at: Operand, stride: Operand) => i32.add(at, i32.mul(from, stride));
    // deno-fmt-ignore
    return call(
      placeOf(kernel), row(a, aStride), aStride, count, b, columnStep, rowStep, k, n, row(c, cStride), cStride, resume,
    );
  };
  const fromLists = (kernel: string) => {
    const [lists, counts, listStride] = [4 * places.lists, 4 * places.counts, i32.shl(k, 2)];
    return [
      call(placeOf("compress"), a, aStride, rows, k, lists, listStride, counts),
      call(placeOf(kernel), lists, listStride, counts, a, aStride, rows, ...others),
    ];
  };
  return fn.emit(when(i32.eq(limit, spikesAlone), fromLists("spikes"), [
    when(limit, isSparse.set(i32.ltU(call(placeOf("nonzeros"), plain, bytes), limit))),
    when(isSparse, fromLists("events"), [
      dense("denseRows", 0, whole),
      dense("denseRow", whole, i32.sub(rows, whole)),
    ]),
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

/** Computes a block [m, k] x [k, n]; `resume` where an earlier part of the depth is there. */
export function addBlock(
  { kernels }: Workspace,
  { binary, below, finite }: Way,
  a: Staged,
  b: Staged,
  m: number,
  k: number,
  n: number,
  resume: boolean,
  { from, stride }: ProductPlace,
): void {
  // 0 · ∞ is NaN, but a unit without a spike adds nothing: spikes hide infinities, numbers don't.
  const limit = binary && (below > 0 || !finite)
    ? spikesAlone
    : finite
    ? Math.min(Math.ceil(below * m * k), m * k + 4)
    : 0;
  // deno-fmt-ignore
  kernels.addBlock(
    limit, a.plain, 4 * m * k, a.at, a.rowStep, m,
    b.at, b.columnStep, b.rowStep, k, n, 4 * from, 4 * stride, Number(resume),
  );
}
