import {
  broadcastShapes,
  checkSize,
  type MatmulSpec,
  sameShape,
  type Shape,
  showShape,
  sizeOf,
  type Storage,
} from "@spikeloop/backend";
import { checkOptions, fail, takeFlag } from "@spikeloop/errors";
import { checkTensor } from "./check_tensor.ts";
import { commonBackend } from "./common_backend.ts";
import { add } from "./functions.ts";
import type { Inputs } from "./gradient_rules.ts";
import { slice } from "./movement.ts";
import { reshape } from "./reshape.ts";
import { runMatmul } from "./run_skeletons.ts";
import { broadcastTo, sumTo } from "./sum.ts";
import { isTracked, record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** Options of `matmul`. */
export interface MatmulOptions {
  /** The first factor is [..., k, m]. */
  readonly transposeA?: boolean;
  /** The second factor is [..., n, k], as PyTorch stores the weights of a linear layer. */
  readonly transposeB?: boolean;
}

/**
 * The matrix product of the last two axes, [..., m, k] · [..., k, n] = [..., m, n]; leading axes
 * broadcast. A vector is a row on the left and a column on the right, and the result lacks its
 * other axis. Backends may skip the zeros of a binary factor, also where the other one is NaN or
 * infinite.
 *
 * @throws {TypeError} if an argument is no tensor, or a scalar.
 * @throws {TypeError} if the inner extents differ, or leading axes do not broadcast.
 * @throws {TypeError} if the arguments are on several backends.
 * @throws {TypeError} if an option is unknown or of the wrong kind.
 *
 * @example
 * ```ts
 * import { matmul, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * assert(matmul(tensor([[1, 2]]), tensor([[3], [4]])).item() === 11);
 * const weight = tensor([[1, 0], [0, 1], [1, 1]]); // [out, in]
 * assert(matmul(tensor([[5, 7]]), weight, { transposeB: true }).dataSync()[2] === 12);
 * ```
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  checkFactors(a, b);
  checkOptions("run matmul", options, ["transposeA", "transposeB"]);
  const { transposeA = false, transposeB = false } = options;
  takeFlag("run matmul", "transposeA", transposeA);
  takeFlag("run matmul", "transposeB", transposeB);
  if (a.shape.length === 1) {
    const row = reshape(a, transposeA ? [a.size, 1] : [1, a.size]);
    const result = matmul(row, b, options);
    return reshape(result, without(result.shape, b.shape.length === 1 ? 0 : -2));
  }
  if (b.shape.length === 1) {
    const column = reshape(b, transposeB ? [1, b.size] : [b.size, 1]);
    const result = matmul(a, column, options);
    return reshape(result, without(result.shape, -1));
  }
  return product(a, b, transposeA, transposeB);
}

function checkFactors(a: Tensor, b: Tensor): void {
  checkTensor("matmul", "a", a);
  checkTensor("matmul", "b", b);
  commonBackend("matmul", [a, b], ["a", "b"]);
  if (a.shape.length === 0 || b.shape.length === 0) {
    const shapes = `${showShape(a.shape)} and ${showShape(b.shape)}`;
    fail("run matmul", `shapes ${shapes}, expected at least one axis each`);
  }
}

function without(shape: Shape, axis: number): number[] {
  const at = axis < 0 ? shape.length + axis : axis;
  return shape.filter((_, i) => i !== at);
}

/** The product of factors that have at least two axes. */
export function product(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  const m = extent(a, transposeA ? 1 : 2);
  const k = extent(a, transposeA ? 2 : 1);
  const n = extent(b, transposeB ? 2 : 1);
  const inner = extent(b, transposeB ? 1 : 2);
  if (k !== inner) {
    const shapes = `${showFactor(a, transposeA)} and ${showFactor(b, transposeB)}`;
    fail("run matmul", `shapes ${shapes} have inner extents ${k} and ${inner}`);
  }
  if (a.shape.length === 2 && b.shape.length === 2) {
    return batched(a, b, [m, n], 1, k, transposeA, transposeB);
  }
  const [leadA, leadB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const lead = broadcastShapes(leadA, leadB, "matmul");
  // Where many A's share one B, and lie row below row, they are one taller A.
  if (!transposeA && sizeOf(leadB) === 1 && sizeOf(lead) !== 1) {
    const rows = reshape(broadcastTo(a, [...lead, m, k]), [sizeOf(lead) * m, k]);
    const matrix = reshape(b, b.shape.slice(-2));
    return reshape(product(rows, matrix, false, transposeB), [...lead, m, n]);
  }
  const [left, right] = [alignBatch(a, lead), alignBatch(b, lead)];
  return batched(left, right, [...lead, m, n], sizeOf(lead), k, transposeA, transposeB);
}

/** The extent of the last axis (1), or of the axis before it (2). */
const extent = (x: Tensor, fromEnd: 1 | 2): number => x.shape[x.shape.length - fromEnd];

const showFactor = (x: Tensor, transposed: boolean): string =>
  showShape(x.shape) + (transposed ? " (transposed)" : "");

/** A factor stretched over the batch axes, unless one matrix serves all of them. */
function alignBatch(x: Tensor, lead: Shape): Tensor {
  const own = x.shape.slice(0, -2);
  if (sizeOf(own) === 1 || sameShape(own, lead)) return x;
  return broadcastTo(x, [...lead, ...x.shape.slice(-2)]);
}

/** The most products that are added up one after another; sums of more are cut into blocks. */
export const longestProduct: number = 2 ** 14;

/** Runs a product. Over a long inner axis it adds up the products of blocks, in order. */
function runProduct(spec: MatmulSpec, a: Tensor, b: Tensor): Storage {
  const { k, transposeA, transposeB } = spec;
  if (k <= longestProduct) return runMatmul(a.backend, spec, a.storage, b.storage);
  const block = ({ backend, storage, shape }: Tensor, fromEnd: 1 | 2, at: number) => {
    const axis = shape.length - fromEnd;
    const [begin, end] = [shape.map(() => 0), [...shape]];
    [begin[axis], end[axis]] = [at, Math.min(at + longestProduct, k)];
    return slice(new Tensor(backend, storage, shape), begin, end).storage;
  };
  let total: Tensor | undefined;
  for (let at = 0; at < k; at += longestProduct) {
    const part = { ...spec, k: Math.min(longestProduct, k - at) };
    const [left, right] = [block(a, transposeA ? 2 : 1, at), block(b, transposeB ? 1 : 2, at)];
    const storage = runMatmul(a.backend, part, left, right);
    const sum = new Tensor(a.backend, storage, [storage.length]);
    total = total === undefined ? sum : add(total, sum);
  }
  return (total ?? a).storage;
}

/** The products of so many matrices, [..., m, n]. */
function batched(
  a: Tensor,
  b: Tensor,
  shape: Shape,
  batch: number,
  k: number,
  transposeA: boolean,
  transposeB: boolean,
): Tensor {
  checkSize(shape, "matmul");
  const m = shape[shape.length - 2];
  const n = shape[shape.length - 1];
  const spec = {
    batch,
    m,
    k,
    n,
    transposeA,
    transposeB,
    sharedA: a.size === m * k,
    sharedB: b.size === k * n,
    binaryA: a.binary,
    binaryB: b.binary,
  };
  const storage = runProduct(spec, a, b);
  const needs = { a: isTracked(a), b: isTracked(b), transposeA, transposeB };
  const tapeIndex = record([a, b], pullProductBack, false, needs);
  return new Tensor(a.backend, storage, shape, false, tapeIndex);
}

function pullProductBack(
  [g]: readonly (Tensor | undefined)[],
  inputs: Inputs,
  needs: Readonly<Record<"a" | "b" | "transposeA" | "transposeB", boolean>>,
): readonly (Tensor | undefined)[] {
  if (g === undefined) return [];
  const [a, b] = inputs as readonly Tensor[];
  const { transposeA, transposeB } = needs;
  const da = !needs.a
    ? undefined
    : transposeA
    ? product(b, g, transposeB, true)
    : product(g, b, false, !transposeB);
  const db = !needs.b
    ? undefined
    : transposeB
    ? product(g, a, true, transposeA)
    : product(a, g, !transposeA, false);
  return [da && sumTo(da, a.shape), db && sumTo(db, b.shape)];
}
