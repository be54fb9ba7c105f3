import type { Expr } from "@spikeloop/expr";
import type { Storage, View } from "./storage.ts";

/**
 * An elementwise definition: `outputs` are expressions over `inputs`, the names of its slots. Made by `defineMap`,
 * once per formula, so that a backend can cache what it compiles by the object itself.
 */
export interface MapKernel {
  /** The slots' names, in the order of the arguments. */
  readonly inputs: readonly string[];
  /** One expression per result. */
  readonly outputs: readonly Expr[];
}

/** What a map reads in one slot: a number, or storage walked with one stride per axis of the result (0 broadcasts). */
export type MapOperand = number | {
  readonly storage: Storage;
  readonly strides: readonly number[];
};

/** Reductions to an extreme element; the `arg` forms give the index of the first. */
export type ExtremeOp = "max" | "min" | "argmax" | "argmin";

/** How a reduction combines. */
export type ReduceOp = "sum" | ExtremeOp;

/** The extents of C[b] = A[b] · B[b], with A [m, k] (or [k, m] when `transposeA`) and B [k, n] (or [n, k] when `transposeB`). */
export interface MatmulSpec {
  /** How many products. */
  readonly batch: number;
  /** Rows of C. */
  readonly m: number;
  /** Columns of A, rows of B. */
  readonly k: number;
  /** Columns of C. */
  readonly n: number;
  /** A is stored as [k, m]. */
  readonly transposeA: boolean;
  /** B is stored as [n, k]. */
  readonly transposeB: boolean;
  /** One A for all of the batch. */
  readonly sharedA: boolean;
  /** One B for all of the batch. */
  readonly sharedB: boolean;
  /** A holds only zeros and ones: kernels may skip the zeros. */
  readonly binaryA: boolean;
  /** B holds only zeros and ones. */
  readonly binaryB: boolean;
}

/**
 * One time step of a neuron as expressions over the inputs `"x"` (what arrives, the lateral current included), the
 * states' names, `params` and `noise`. Made by `defineScan`, once per definition.
 */
export interface ScanKernel {
  /** For messages. */
  readonly name: string;
  /** State variables, e.g. `["v", "c"]`. */
  readonly states: readonly string[];
  /** The model's parameters, then the numbers of its equations that are arguments. */
  readonly params: readonly string[];
  /** Further sequences [T, N, D] that a step reads, besides x. */
  readonly noise: readonly string[];
  /** What the unit sends out, usually its spike. */
  readonly out: Expr;
  /** The state after the step, in the order of `states`. */
  readonly next: readonly Expr[];
  /** `out` is always 0 or 1. */
  readonly binary: boolean;
}

/** What a scan runs over. With T steps, N rows (batch), D units. */
export interface ScanArgs {
  /** T. */
  readonly steps: number;
  /** N. */
  readonly batch: number;
  /** D. */
  readonly units: number;
  /** P, the units per population, which are wired to each other; 0 where there is no lateral connection. */
  readonly group: number;
  /** [T, N, D]. */
  readonly x: Storage;
  /** One [T, N, D] per name of the kernel's `noise`. */
  readonly noise: readonly Storage[];
  /** One [N, D] per state before the first step. */
  readonly state: readonly Storage[];
  /** [N, D], the lateral current that arrives at the first step. Present where group > 0, as are weight and bias. */
  readonly lateral: Storage | undefined;
  /** [D, 1, P]: row d holds the weights to unit d from the P units of its population. */
  readonly weight: Storage | undefined;
  /** [D]. */
  readonly bias: Storage | undefined;
  /** One per name of the kernel's `params`: a number, or storage of 1 or D numbers. */
  readonly params: readonly (number | Storage)[];
}

/** What a scan gives. */
export interface ScanResult {
  /** [T, N, D]. */
  readonly out: Storage;
  /** [N, D] per state, after the last step. */
  readonly state: readonly Storage[];
  /** [N, D]: the lateral current that the last output sends; present where group > 0. */
  readonly lateral: Storage | undefined;
  /** [T, N, D] per traced state: its value after each step. */
  readonly trace: readonly Storage[];
}

/** The cotangents of a scan's results; undefined stands for zero. */
export interface ScanCotangents {
  /** [T, N, D]. */
  readonly out: Storage | undefined;
  /** [N, D] per state. */
  readonly state: readonly (Storage | undefined)[];
  /** [N, D]. */
  readonly lateral: Storage | undefined;
}

/** Which gradients of a scan to compute. */
export interface ScanWants {
  /** Of weight and bias, summed over time and batch. */
  readonly weights: boolean;
  /** Per parameter: `"sum"` over time and batch to [D], `"rows"` summed over time only to [N, D], or not at all. */
  readonly params: readonly ("sum" | "rows" | "none")[];
  /** Of the states before the first step; wanted if missing. Where it is false, they may be left out of the result. */
  readonly state?: boolean;
}

/** The gradients of a scan. */
export interface ScanGradients {
  /** [T, N, D]; dL/dx at t > 0 is also dL/d(lateral current that arrives at t). */
  readonly x: Storage;
  /** [N, D] per state before the first step, where wanted. */
  readonly state: readonly Storage[];
  /** [D, 1, P], where wanted. */
  readonly weight: Storage | undefined;
  /** [D], where wanted. */
  readonly bias: Storage | undefined;
  /** [D] or [N, D] per parameter, where wanted. */
  readonly params: readonly (Storage | undefined)[];
}

/** One step's share of a weight gradient: dW += lateral ⊗ out inside each population, dbias += lateral. */
export interface LateralRecord {
  /** [N, D]: the cotangent of the current that this step's output sends. */
  readonly lateral: Storage;
  /** [N, D]: this step's output. */
  readonly out: Storage;
}

/**
 * The loops around expressions, and the movement of data. All storage they are given is contiguous, row-major and of
 * one backend; they never write to it.
 */
export interface Skeletons {
  /** One storage of product(shape) numbers per output of the kernel. */
  map(kernel: MapKernel, operands: readonly MapOperand[], shape: readonly number[]): Storage[];
  /** Combines the middle axis of [outer, axis, inner] to [outer, inner]. */
  reduce(op: ReduceOp, x: Storage, outer: number, axis: number, inner: number): Storage;
  /** Batched matrix product, [batch, m, n]. */
  matmul(spec: MatmulSpec, a: Storage, b: Storage): Storage;
  /**
   * The same plus a bias [n] on every row, where k is at least 1. A backend that has `matmul` may leave it out: then
   * the product and the addition are two operations.
   */
  affine?(spec: MatmulSpec, a: Storage, b: Storage, bias: Storage): Storage;
  /** A contiguous copy of a view. */
  gather(view: View): Storage;
  /** Storage of `length` zeros with every part's own contiguous data written where its view says. */
  scatter(
    length: number,
    parts: readonly { readonly data: Storage; readonly into: Omit<View, "storage"> }[],
  ): Storage;
  /** T steps of a neuron. `trace` lists the states (by index) whose course is wanted. */
  scan(kernel: ScanKernel, args: ScanArgs, trace: readonly number[]): ScanResult;
  /** The pullback of `scan`: recomputes the states' course; `out` is what `scan` returned. */
  scanBackward(
    kernel: ScanKernel,
    args: ScanArgs,
    out: Storage,
    cotangents: ScanCotangents,
    wants: ScanWants,
  ): ScanGradients;
  /**
   * The weight and bias gradients of steps run one by one, the latest first; the same sum, in the same order, as
   * `scanBackward` of the whole sequence.
   */
  lateralGradient(
    records: readonly LateralRecord[],
    extents: {
      readonly batch: number;
      readonly units: number;
      readonly group: number;
      readonly binary: boolean;
    },
  ): { readonly weight: Storage; readonly bias: Storage };
  /** The sum over time and batch of parameter gradients [N, D] of steps run one by one, the latest first, to [D]. */
  paramGradient(rows: readonly Storage[], batch: number, units: number): Storage;
}
