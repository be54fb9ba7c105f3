import type { MatmulSpec } from "../skeletons.ts";
import type { Storage } from "../storage.ts";
import { hostArray } from "../host_storage.ts";

const fround = Math.fround;

/**
 * C[b] = A[b] · B[b]. Every element is a sum over k in ascending order, and each product and each
 * sum is rounded to float32. Where a factor is binary, its zeros are skipped.
 */
export function evaluateMatmul(spec: MatmulSpec, left: Storage, right: Storage): Float32Array {
  const { batch, m, k, n } = spec;
  const [a, b] = [hostArray(left), hostArray(right)];
  const result = new Float32Array(batch * m * n);
  const [aRow, aCol] = spec.transposeA ? [1, m] : [k, 1];
  const [bRow, bCol] = spec.transposeB ? [1, k] : [n, 1];
  for (let s = 0; s < batch; s++) {
    const aAt = spec.sharedA ? 0 : s * m * k;
    const bAt = spec.sharedB ? 0 : s * k * n;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let total = 0;
        for (let l = 0; l < k; l++) {
          const p = a[aAt + i * aRow + l * aCol];
          const q = b[bAt + l * bRow + j * bCol];
          if ((spec.binaryA && p === 0) || (spec.binaryB && q === 0)) continue;
          total = fround(total + fround(p * q));
        }
        result[(s * m + i) * n + j] = total;
      }
    }
  }
  return result;
}

/** A[b] · B[b] plus a bias [n] on every row, and ReLU of that if wanted. */
export function evaluateAffine(
  spec: MatmulSpec,
  left: Storage,
  right: Storage,
  bias: Storage,
  relu = false,
): Float32Array {
  const row = hostArray(bias);
  const sums = evaluateMatmul(spec, left, right).map((x, i) => x + row[i % spec.n]);
  return relu ? sums.map((x) => x <= 0 ? 0 : x) : sums;
}
