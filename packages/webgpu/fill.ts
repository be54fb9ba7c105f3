import type { MapKernel } from "@spikeloop/backend";
import { input } from "@spikeloop/expr";
import type { GpuStorage } from "./buffers.ts";
import type { DeviceContext } from "./device.ts";
import { gpuMap } from "./map.ts";

const copy: MapKernel = {
  inputs: ["x"],
  outputs: /* @__PURE__ */ Object.freeze([/* @__PURE__ */ input("x")]),
};

/** The most zeros or ones that stay to be used again. */
const mostShared = 2 ** 20;

/**
 * Makes storage with the same number everywhere. Zeros and ones are filled once: nothing writes to
 * storage that is in use, so all lengths share one buffer.
 */
export function gpuFill(context: DeviceContext, length: number, value: number): GpuStorage {
  const fill = (n: number) => gpuMap(context, copy, [value], [n])[0];
  if (!(Object.is(value, 0) || value === 1) || length > mostShared) return fill(length);
  const known = context.constants.get(value);
  if (known !== undefined && known.length >= length) return context.share(known, length);
  const filled = fill(Math.max(64, length));
  context.keep(filled);
  context.constants.set(value, filled);
  if (known !== undefined) context.release(known);
  return context.share(filled, length);
}

/** Frees the zeros and ones that stay. */
export function releaseFills(context: DeviceContext): void {
  for (const storage of context.constants.values()) context.release(storage);
  context.constants.clear();
}
