import { simdSupported } from "@spikeloop/expr/wasm";
import type { Backend, Skeletons, Storage, View } from "../backend.ts";
import * as simd from "../cpu/movement.ts";
import * as evaluator from "../reference/movement.ts";

/** `Skeletons.gather`, by the backend or the CPU. */
export function runGather(backend: Backend, view: View): Storage {
  if (backend.gather !== undefined) return backend.gather(view);
  return simdSupported() ? simd.gather(view) : evaluator.gather(view);
}

/** `Skeletons.scatter`, by the backend or the CPU. */
export function runScatter(
  backend: Backend,
  length: number,
  parts: Parameters<Skeletons["scatter"]>[1],
): Storage {
  if (backend.scatter !== undefined) return backend.scatter(length, parts);
  return simdSupported() ? simd.scatter(length, parts) : evaluator.scatter(length, parts);
}
