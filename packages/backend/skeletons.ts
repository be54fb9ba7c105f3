import type { Expr } from "@spikeloop/expr";
import type { Storage, View, Window } from "./storage.ts";

/**
 * An elementwise definition: `outputs` are expressions over `inputs`. `makeFormula` makes one per
 * formula; a backend may keep what it compiles with the object.
 */
export interface MapKernel {
  /** The names of the arguments, in order. */
  readonly inputs: readonly string[];
  /** One expression per result. */
  readonly outputs: readonly Expr[];
}

/**
 * An argument of a map: a number, or storage with one stride per axis of the result (0 broadcasts).
 */
export type MapOperand = number | {
  readonly storage: Storage;
  readonly strides: readonly number[];
};

/** Reductions to an extreme element, or to the index of the first extreme element. */
export type ExtremeOp = "max" | "min" | "argmax" | "argmin";

/** Reductions of an axis. */
export type ReduceOp = "sum" | ExtremeOp;

/**
 * C[b] = A[b] · B[b], with A [m, k] and B [k, n]. Transposed factors are stored as [k, m] and [n,
 * k].
 */
export interface MatmulSpec {
  /** The number of products. */
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
  /** One A serves the whole batch. */
  readonly sharedA: boolean;
  /** One B serves the whole batch. */
  readonly sharedB: boolean;
  /** A holds only zeros and ones: kernels may skip the zeros. */
  readonly binaryA: boolean;
  /** B holds only zeros and ones. */
  readonly binaryB: boolean;
}

/** The arguments of the pullback of `affine`. */
export interface AffineRecord {
  /** A [m, k]. */
  readonly a: Storage;
  /** B, stored as [n, k]. */
  readonly b: Storage;
  /** The result [m, n] where ReLU came last, else undefined. */
  readonly relu: Storage | undefined;
  /** The cotangent of the result, [m, n]. */
  readonly cotangent: Storage;
}

/** Which gradients of `affine` to compute. */
export interface AffineWants {
  /** Of A. */
  readonly a: boolean;
  /** Of B. */
  readonly b: boolean;
  /** Of the bias. */
  readonly bias: boolean;
}

/** The gradients of `affine`, where wanted. */
export interface AffineGradients {
  /** [m, k]. */
  readonly a: Storage | undefined;
  /** [n, k]. */
  readonly b: Storage | undefined;
  /** [n]. */
  readonly bias: Storage | undefined;
}

/**
 * One time step of a neuron as expressions over `"x"` (the input, lateral current included), the
 * states, `params` and `noise`. `defineScan` makes one per definition.
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
  /** The unit's output, usually its spike. */
  readonly out: Expr;
  /** The state after the step, in the order of `states`. */
  readonly next: readonly Expr[];
  /** `out` is always 0 or 1. */
  readonly binary: boolean;
  /** `next` flushes numbers below 2⁻¹²⁶, and so does the pullback. */
  readonly flushDenormal?: boolean;
  /** The value of a step from which its pullback and output follow: see `LeftForPullback`. */
  readonly kept?: Expr;
}

/** Values that a forward pass may leave for its pullback. */
export interface LeftForPullback {
  /** The kernel with `kept`. */
  readonly kernel: ScanKernel;
  /** Finds room for so many bytes in the memory of the CPU's kernels, and returns the address. */
  keep(bytes: number): number;
  /** The address; undefined if nothing was kept, or something else lies there now. */
  find(): number | undefined;
}

/** The arguments of a scan of T steps, N rows (batch) and D units. */
export interface ScanArgs {
  /** T. */
  readonly steps: number;
  /** N. */
  readonly batch: number;
  /** D. */
  readonly units: number;
  /** P, the units of a group, which are wired to each other; 0 for no lateral connection. */
  readonly group: number;
  /** The steps that an output takes to arrive as a lateral current, d ≥ 1; 1 where group is 0. */
  readonly delay: number;
  /** [T, N, D]. */
  readonly x: Storage;
  /** One [T, N, D] per name of the kernel's `noise`. */
  readonly noise: readonly Storage[];
  /** One [N, D] per state before the first step. */
  readonly state: readonly Storage[];
  /**
   * [d, N, D], the lateral currents that arrive at the first d steps, in their order; present where
   * group > 0.
   */
  readonly lateral: Storage | undefined;
  /**
   * [D, 1, P], where group > 0: row d holds the weights to unit d from the P units of its group.
   */
  readonly weight: Storage | undefined;
  /** [D], where group > 0. */
  readonly bias: Storage | undefined;
  /** One per name of the kernel's `params`: a number, or storage of 1 or D numbers. */
  readonly params: readonly (number | Storage)[];
  /**
   * Notes that the backend makes on the latest scan and the latest pullback of a neuron with these
   * units, groups, delay and parameters. All else may differ from call to call.
   */
  readonly notes?: unknown[];
  /** Present if a pullback is likely to follow. The results do not depend on it. */
  readonly forPullback?: LeftForPullback;
}

/** The results of a scan. */
export interface ScanResult {
  /** [T, N, D]. */
  readonly out: Storage;
  /** [N, D] per state, after the last step. */
  readonly state: readonly Storage[];
  /**
   * [d, N, D], the lateral currents that arrive after the last step, in their order; present where
   * group > 0.
   */
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
  /** [d, N, D]. */
  readonly lateral: Storage | undefined;
}

/** Which gradients of a scan to compute. */
export interface ScanWants {
  /** Of weight and bias, summed over time and batch. */
  readonly weights: boolean;
  /** Per parameter: `"sum"` over time and batch, [D], or over time only (`"rows"`), [N, D]. */
  readonly params: readonly ("sum" | "rows" | "none")[];
  /** Of the states before the first step. True if missing; false: the result may lack them. */
  readonly state?: boolean;
}

/** The gradients of a scan. */
export interface ScanGradients {
  /** [T, N, D]; dL/dx at t is also dL/d(lateral current that arrives at t). */
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

/**
 * One step's contribution to the gradients of weight and bias: dW += lateral ⊗ out inside each
 * group, dbias += lateral.
 */
export interface LateralRecord {
  /** [N, D]: the cotangent of the current that this step's output sends. */
  readonly lateral: Storage;
  /** [N, D]: this step's output. */
  readonly out: Storage;
}

/** The extents of a lateral connection. */
export interface LateralExtents {
  /** N. */
  readonly batch: number;
  /** D. */
  readonly units: number;
  /** P. */
  readonly group: number;
  /** The outputs are zeros and ones. */
  readonly binary: boolean;
}

/** The gradients of a lateral connection. */
export interface LateralGradients {
  /** [D, 1, P]. */
  readonly weight: Storage;
  /** [D]. */
  readonly bias: Storage;
}

/** Contiguous data, and the window that a scatter writes it into. */
export interface ScatterPart {
  /** The numbers, in row-major order. */
  readonly data: Storage;
  /** Where they lie in the result. */
  readonly into: Window;
}

/**
 * The loops around expressions, and the movement of data. All storage that they read is contiguous,
 * row-major and of one backend; they never write to it.
 */
export interface Skeletons {
  /** Evaluates a kernel per element: one storage of product(shape) numbers per output. */
  map(kernel: MapKernel, operands: readonly MapOperand[], shape: readonly number[]): Storage[];
  /**
   * `map` for several sets of contiguous arguments, such as the tensors of all layers: the results
   * of each set. A backend that has `map` may leave it out, or return undefined, as where a number
   * differs from set to set: then there is a map per set.
   */
  mapTogether?(
    kernel: MapKernel,
    sets: readonly (readonly MapOperand[])[],
    lengths: readonly number[],
  ): Storage[][] | undefined;
  /** Reduces the middle axis of [outer, axis, inner] to [outer, inner]. */
  reduce(op: ReduceOp, x: Storage, outer: number, axis: number, inner: number): Storage;
  /** The mean of all numbers. A backend may leave it out: then their sum is divided. */
  mean?(x: Storage): Storage;
  /** Multiplies matrices, [batch, m, n]. */
  matmul(spec: MatmulSpec, a: Storage, b: Storage): Storage;
  /**
   * `matmul` plus a bias [n] on every row, and with `relu` 0 in place of numbers that are not above
   * 0; k is at least 1. A backend that has `matmul` may leave it out: then there is an operation
   * each.
   */
  affine?(spec: MatmulSpec, a: Storage, b: Storage, bias: Storage, relu: boolean): Storage;
  /**
   * The pullback of `affine` where B is transposed and A is not. A backend may leave it out: then
   * there is an operation each.
   */
  affineBackward?(spec: MatmulSpec, args: AffineRecord, wants: AffineWants): AffineGradients;
  /** Copies a view to contiguous storage. */
  gather(view: View): Storage;
  /** Writes every part into its window of `length` zeros. */
  scatter(length: number, parts: readonly ScatterPart[]): Storage;
  /**
   * Copies slices of x [outer, axis, inner] by their indices, to [outer, count, inner]. The slice
   * of an index that is no integer from 0 to axis - 1 is NaN.
   */
  take(x: Storage, indices: Storage, outer: number, axis: number, inner: number): Storage;
  /**
   * The pullback of `take`: adds slices [outer, count, inner] to zeros [outer, axis, inner], in the
   * order of the indices.
   */
  scatterAdd(
    slices: Storage,
    indices: Storage,
    outer: number,
    axis: number,
    inner: number,
  ): Storage;
  /** Runs T steps of a neuron, and records the states that `trace` lists by index. */
  scan(kernel: ScanKernel, args: ScanArgs, trace: readonly number[]): ScanResult;
  /** The pullback of `scan`, whose output was `out`. It may recompute the states. */
  scanBackward(
    kernel: ScanKernel,
    args: ScanArgs,
    out: Storage,
    cotangents: ScanCotangents,
    wants: ScanWants,
  ): ScanGradients;
  /**
   * The gradients of weight and bias of steps that ran one by one. `records` starts with the latest
   * step. The sum has the order of `scanBackward` over the whole sequence, and so the same bits.
   */
  lateralGradient(records: readonly LateralRecord[], extents: LateralExtents): LateralGradients;
  /**
   * Sums parameter gradients [N, D] of steps that ran one by one over time and batch, to [D], in
   * the order of `scanBackward`. `rows` starts with the latest step.
   */
  paramGradient(rows: readonly Storage[], batch: number, units: number): Storage;
}
