import { call, Func, i32, type Operand, when } from "@spikeloop/expr/wasm";
import { tileHeight } from "./dense_kernel.ts";
import { tailBytes } from "./layout.ts";
import type { Staged, Workspace } from "./stage.ts";

/** How a block is multiplied: from all numbers, from spikes or from numbers other than 0. */
export const ways = { dense: 0, spikes: 1, events: 2 } as const;

/**
 * addBlock(way, a, aStride, rows, b, columnStep, rowStep, k, n, c, cStride, resume, scratch): the
 * product of one block in one of `ways`; see `denseKernel`. It calls functions by the places that
 * `placeOf` knows.
 */
export function addBlockKernel(placeOf: (name: string) => number): Func {
  const fn = new Func("addBlock", 13);
  const [way, a, aStride, rows, ...others] = fn.params;
  const [b, columnStep, rowStep, k, n, c, cStride, resume, scratch] = others;
  const [counts, lists] = fn.localArray("i32", 2);
  const whole = i32.and(rows, -tileHeight);
  const dense = (kernel: string, from: Operand, count: Operand) => {
    const row = (at: Operand, stride: Operand) => i32.add(at, i32.mul(from, stride));
    // deno-fmt-ignore
    return call(
      placeOf(kernel), row(a, aStride), aStride, count, b, columnStep, rowStep, k, n, row(c, cStride), cStride, resume, scratch,
    );
  };
  const fromLists = (kernel: string) => {
    const listStride = i32.shl(k, 2);
    return call(placeOf(kernel), lists, listStride, counts, a, aStride, rows, ...others);
  };
  return fn.emit(when(way, [
    counts.set(i32.add(scratch, tailBytes)),
    lists.set(i32.add(counts, i32.and(i32.add(i32.shl(rows, 2), 12), -16))),
    call(placeOf("compress"), a, aStride, rows, k, lists, i32.shl(k, 2), counts),
    when(i32.eq(way, ways.spikes), fromLists("spikes"), fromLists("events")),
  ], [
    dense("denseRows", 0, whole),
    dense("denseRow", whole, i32.sub(rows, whole)),
  ]));
}

/** The facts that decide how a block is multiplied. */
export interface Facts {
  readonly binary: boolean;
  /** The share of numbers other than 0 in the left factor below which the others are skipped. */
  readonly below: number;
  /** The right factor's block is finite, where that matters. */
  readonly finite: boolean;
}

/** Chooses a block's way: it counts the numbers other than 0 where that decides. */
export function wayOf(
  { nonzeros }: Workspace["kernels"],
  { binary, below, finite }: Facts,
  a: Staged,
  numbers: number,
): number {
  // 0 · ∞ is NaN, but a unit without a spike adds nothing: spikes hide infinities, numbers don't.
  if (binary && (below > 0 || !finite)) return ways.spikes;
  if (!finite || below === 0) return ways.dense;
  return nonzeros(a.plain, 4 * numbers) < below * numbers ? ways.events : ways.dense;
}

/** Computes a block [m, k] x [k, n]; `resume` where an earlier part of the depth is there. */
export function addBlock(
  { kernels, region: { product, scratch } }: Workspace,
  way: number,
  a: Staged,
  b: Staged,
  m: number,
  k: number,
  n: number,
  resume: boolean,
): void {
  // deno-fmt-ignore
  kernels.addBlock(
    way, a.at, a.rowStep, m, b.at, b.columnStep, b.rowStep, k, n, 4 * product, 4 * n,
    Number(resume), 4 * scratch,
  );
}
