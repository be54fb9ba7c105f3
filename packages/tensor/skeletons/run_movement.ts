import { simdSupported } from "@spikeloop/expr/wasm";
import type { Backend, Skeletons, Storage, View } from "@spikeloop/backend";
import { cpuGather, cpuScatter } from "@spikeloop/cpu";
import { evaluateGather, evaluateScatter } from "@spikeloop/backend/evaluator";

/** `Skeletons.gather`, by the backend or the CPU. */
export function runGather(backend: Backend, view: View): Storage {
  if (backend.gather !== undefined) return backend.gather(view);
  return simdSupported() ? cpuGather(view) : evaluateGather(view);
}

/** `Skeletons.scatter`, by the backend or the CPU. */
export function runScatter(
  backend: Backend,
  length: number,
  parts: Parameters<Skeletons["scatter"]>[1],
): Storage {
  if (backend.scatter !== undefined) return backend.scatter(length, parts);
  return simdSupported() ? cpuScatter(length, parts) : evaluateScatter(length, parts);
}
