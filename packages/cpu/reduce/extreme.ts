import { instantiate, type WasmFunction } from "@spikeloop/expr/wasm";
import { type ExtremeOp, hostArray, type Storage } from "@spikeloop/backend";
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

/** Whether lanes have something to do side by side: along neighbours there is nothing. */
export function suitsLanes(axis: number, inner: number): boolean {
  return inner >= 4 && axis * inner <= blockLength;
}

/** The extremes along the middle axis of [outer, axis, inner], or their places, where these extents suit lanes. */
export function cpuExtreme(
  op: ExtremeOp,
  storage: Storage,
  outer: number,
  axis: number,
  inner: number,
): Float32Array {
  const x = hostArray(storage);
  const result = allocate(outer * inner);
  perBlock(x, outer, axis * inner, inner, result, (count) => {
    kernels()[op](4 * places.source, count, axis, inner, 4 * places.result);
  });
  return result;
}
