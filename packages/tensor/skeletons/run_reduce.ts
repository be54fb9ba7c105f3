import { simdSupported } from "@spikeloop/expr/wasm";
import type { Backend, ReduceOp, Storage } from "../backend.ts";
import { reduce as simd } from "../cpu/reduce/reduce.ts";
import { reduce as evaluate } from "../reference/reduce.ts";

/** `Skeletons.reduce`, by the backend or the CPU. */
export function runReduce(
  backend: Backend,
  op: ReduceOp,
  x: Storage,
  outer: number,
  axis: number,
  inner: number,
): Storage {
  if (backend.reduce !== undefined) return backend.reduce(op, x, outer, axis, inner);
  return simdSupported() ? simd(op, x, outer, axis, inner) : evaluate(op, x, outer, axis, inner);
}
