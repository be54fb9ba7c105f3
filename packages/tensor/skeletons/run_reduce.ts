import { simdSupported } from "@spikeloop/expr/wasm";
import type { Backend, ExtremeOp, Storage } from "@spikeloop/backend";
import { cpuExtreme as simdExtreme, cpuSum as simdSum, suitsLanes } from "@spikeloop/cpu";
import { evaluateExtreme, evaluateSum } from "@spikeloop/backend/evaluator";

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
  return (simdSupported() && suitsLanes(axis, inner) ? simdExtreme : evaluateExtreme)(
    op,
    x,
    outer,
    axis,
    inner,
  );
}
