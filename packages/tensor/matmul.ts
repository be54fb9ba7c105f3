import type { MatmulSpec } from "./backend.ts";
import { commonBackend } from "./elementwise.ts";
import { broadcastShapes, sameShape, type Shape, showShape, sizeOf } from "./shape.ts";
import { broadcastTo, reshape, sumTo } from "./sum.ts";
import { nodeOf, record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** Which of the factors are stored transposed. */
export interface MatmulOptions {
  /** The first is given as [..., k, m]. */
  readonly transposeA?: boolean;
  /** The second is given as [..., n, k], as PyTorch stores the weights of a linear layer. */
  readonly transposeB?: boolean;
}

/**
 * The matrix product of the last two axes, [..., m, k] · [..., k, n] = [..., m, n]; leading axes broadcast. A vector
 * is a row on the left, a column on the right, and the axis it lacks is left out of the result.
 *
 * @throws {TypeError} if the inner extents differ or an argument is a scalar.
 *
 * @example
 * ```ts
 * import { matmul, tensor } from "@spikeloop/tensor";
 *
 * console.assert(matmul(tensor([[1, 2]]), tensor([[3], [4]])).item() === 11);
 * ```
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  commonBackend("matmul", [a, b]);
  if (a.shape.length === 0 || b.shape.length === 0) {
    throw new TypeError(
      `Cannot run matmul: shapes ${showShape(a.shape)} and ${
        showShape(b.shape)
      }, expected at least one axis each`,
    );
  }
  if (a.shape.length === 1) {
    const row = reshape(a, options.transposeA ? [a.size, 1] : [1, a.size]);
    const result = matmul(row, b, options);
    return reshape(result, without(result.shape, b.shape.length === 1 ? 0 : -2));
  }
  if (b.shape.length === 1) {
    const result = matmul(a, reshape(b, options.transposeB ? [1, b.size] : [b.size, 1]), options);
    return reshape(result, without(result.shape, -1));
  }
  return product(a, b, options.transposeA ?? false, options.transposeB ?? false);
}

function without(shape: Shape, axis: number): number[] {
  const at = axis < 0 ? shape.length + axis : axis;
  return shape.filter((_, i) => i !== at);
}

/** Both factors have at least two axes. */
function product(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  const [m, k] = lastTwo(a.shape, transposeA);
  const [inner, n] = lastTwo(b.shape, transposeB);
  if (k !== inner) {
    throw new TypeError(
      `Cannot run matmul: shapes ${showShape(a.shape)}${transposeA ? " (transposed)" : ""} and ${
        showShape(b.shape)
      }${transposeB ? " (transposed)" : ""} have inner extents ${k} and ${inner}`,
    );
  }
  const lead = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2), "matmul");
  // One B for many A's that lie row below row is a single, taller product.
  if (!transposeA && sizeOf(b.shape.slice(0, -2)) === 1 && sizeOf(lead) !== 1) {
    const rows = reshape(broadcastTo(a, [...lead, m, k]), [sizeOf(lead) * m, k]);
    return reshape(product(rows, reshape(b, b.shape.slice(-2)), false, transposeB), [
      ...lead,
      m,
      n,
    ]);
  }
  const left = alignBatch(a, lead);
  const right = alignBatch(b, lead);
  const spec: MatmulSpec = {
    batch: sizeOf(lead),
    m,
    k,
    n,
    transposeA,
    transposeB,
    sharedA: left.shared,
    sharedB: right.shared,
    binaryA: a.binary,
    binaryB: b.binary,
  };
  const storage = a.backend.matmul(spec, left.x.storage, right.x.storage);
  const needA = nodeOf(a) !== undefined;
  const needB = nodeOf(b) !== undefined;
  const node = record("matmul", [a, b], ([g]) => {
    if (g === undefined) return [];
    const da = needA
      ? (transposeA ? product(b, g, transposeB, true) : product(g, b, false, !transposeB))
      : undefined;
    const db = needB
      ? (transposeB ? product(g, a, true, transposeA) : product(a, g, !transposeA, false))
      : undefined;
    return [da && sumTo(da, a.shape), db && sumTo(db, b.shape)];
  });
  return new Tensor(a.backend, storage, [...lead, m, n], { node });
}

function lastTwo(shape: Shape, transposed: boolean): [number, number] {
  const [p, q] = shape.slice(-2);
  return transposed ? [q, p] : [p, q];
}

/** A factor stretched over the batch axes, or left alone where one serves all of them. */
function alignBatch(x: Tensor, lead: Shape): { x: Tensor; shared: boolean } {
  const own = x.shape.slice(0, -2);
  if (sizeOf(own) === 1) return { x, shared: true };
  return {
    x: sameShape(own, lead) ? x : broadcastTo(x, [...lead, ...x.shape.slice(-2)]),
    shared: false,
  };
}
