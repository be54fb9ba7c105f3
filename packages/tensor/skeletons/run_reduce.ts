import { simdSupported } from "@spikeloop/expr/wasm";
import type { Backend, ExtremeOp, Storage } from "../backend.ts";
import { extreme as simdExtreme } from "../cpu/reduce/extreme.ts";
import { sum as simdSum } from "../cpu/reduce/sum.ts";
import { extreme as evaluateExtreme, sum as evaluateSum } from "../reference/reduce.ts";

/** `Skeletons.reduce` with `"sum"`, by the backend or the CPU. */
export function runSum(
  backend: Backend,
  x: Storage,
  outer: number,
  axis: number,
  inner: number,
): Storage {
  if (backend.reduce !== undefined) return backend.reduce("sum", x, outer, axis, inner);
  return (simdSupported() ? simdSum : evaluateSum)(x, outer, axis, inner);
}

/** `Skeletons.reduce` with an extreme, by the backend or the CPU. */
export function runExtreme(
  backend: Backend,
  op: ExtremeOp,
  x: Storage,
  outer: number,
  axis: number,
  inner: number,
): Storage {
  if (backend.reduce !== undefined) return backend.reduce(op, x, outer, axis, inner);
  return (simdSupported() ? simdExtreme : evaluateExtreme)(op, x, outer, axis, inner);
}
