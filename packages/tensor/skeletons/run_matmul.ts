import { simdSupported } from "@spikeloop/expr/wasm";
import type { Backend, MatmulSpec, Storage } from "@spikeloop/backend";
import { cpuMatmul as simd } from "@spikeloop/cpu";
import { evaluateAffine, evaluateMatmul as evaluate } from "@spikeloop/backend/evaluator";

/** `Skeletons.matmul`, by the backend or the CPU. */
export function runMatmul(backend: Backend, spec: MatmulSpec, a: Storage, b: Storage): Storage {
  if (backend.matmul !== undefined) return backend.matmul(spec, a, b);
  return simdSupported() ? simd(spec, a, b) : evaluate(spec, a, b);
}

/** `Skeletons.affine`, by the backend or the CPU; undefined where the backend has a product and no such kernel. */
export function runAffine(
  backend: Backend,
  spec: MatmulSpec,
  a: Storage,
  b: Storage,
  bias: Storage,
): Storage | undefined {
  if (backend.affine !== undefined) return backend.affine(spec, a, b, bias);
  if (backend.matmul !== undefined) return undefined;
  return simdSupported() ? simd(spec, a, b, bias) : evaluateAffine(spec, a, b, bias);
}
