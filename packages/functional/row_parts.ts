import type { Expr, ExprLike } from "@spikeloop/expr";
import type { ScanSetting, Tensor } from "@spikeloop/tensor";
import type { ReadOutMode } from "./read_outs.ts";

/**
 * A part of the maths of a layer for one row, outside of training. Whoever runs single rows often
 * makes code of the parts, in which no tensor is: `@spikeloop/actor` does. F numbers come in.
 */
export type RowPart =
  /** weight · x + bias, summed as `matmul` sums: weight is [G, F] and bias [G]. */
  | { readonly kind: "linear"; readonly weight: Tensor; readonly bias?: Tensor }
  /**
   * The sum of weight · x over each of G groups of P numbers, in the order of sums of contiguous
   * numbers, plus a bias: weight has G · P numbers and bias [G].
   */
  | { readonly kind: "groups"; readonly weight: Tensor; readonly bias: Tensor }
  /** A time step of units; `rest` has the values of the kernel's states before the first. */
  | {
    readonly kind: "scan";
    readonly setting: ScanSetting;
    readonly rest: Readonly<Record<string, number>>;
  }
  /** A formula of every number and of those with its index in rows of F, or of one for all. */
  | {
    readonly kind: "map";
    readonly formula: (x: Expr, ...rows: Expr[]) => ExprLike;
    readonly rows?: readonly Tensor[];
  }
  /** Every number so many times, one beside the other. */
  | { readonly kind: "repeat"; readonly times: number }
  /** 1 where a random number of `uniform(key, [T, 1, F])` is below x, else 0. */
  | { readonly kind: "draw" }
  /** x plus the output of parts. */
  | { readonly kind: "residual"; readonly parts: readonly RowPart[] }
  /** The outputs of branches that all read x, one beside the other. */
  | { readonly kind: "parallel"; readonly branches: readonly (readonly RowPart[])[] }
  /** Reads all time steps out; an extreme is NaN where a step is. What follows runs once. */
  | { readonly kind: "readOut"; readonly mode: ReadOutMode };
