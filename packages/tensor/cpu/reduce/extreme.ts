import { instantiate, type WasmFunction } from "@spikeloop/expr/wasm";
import type { ExtremeOp, Storage } from "../../backend.ts";
import { array } from "../../reference/array.ts";
import { extreme as evaluate } from "../../reference/reduce.ts";
import { allocate } from "../allocate.ts";
import { scratch } from "../scratch.ts";
import { extremeKernel } from "./extreme_kernel.ts";
import { blockLength, places } from "./layout.ts";
import { perBlock } from "./per_block.ts";

let made: Readonly<Record<string, WasmFunction>> | undefined;

/** The kernels, compiled when they are first needed. */
function kernels(): Readonly<Record<string, WasmFunction>> {
  return made ??= instantiate(
    (["max", "min", "argmax", "argmin"] as const).map(extremeKernel),
    scratch().memory,
  );
}

/** The extremes along the middle axis of [outer, axis, inner], or their places, as WebAssembly SIMD. */
export function extreme(
  op: ExtremeOp,
  storage: Storage,
  outer: number,
  axis: number,
  inner: number,
): Float32Array {
  // Along neighbours there is nothing for lanes to do side by side.
  if (inner < 4 || axis * inner > blockLength) {
    return evaluate(op, storage, outer, axis, inner);
  }
  const x = array(storage);
  const result = allocate(outer * inner);
  perBlock(x, outer, axis * inner, inner, result, (count) => {
    kernels()[op](4 * places.source, count, axis, inner, 4 * places.result);
  });
  return result;
}
