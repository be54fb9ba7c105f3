// Gathering and scattering only move data: plain loops over runs do that as fast as kernels could.
import { type ScatterPart, sizeOf, type View } from "@spikeloop/backend";
import { allocate, room } from "./allocate.ts";
import { borrow } from "./source.ts";
import { copy } from "./staging.ts";

/** Extents up to which a loop beats `Float32Array.fill`. */
const short = 24;

/** One axis of a window, or several that are walked as one. */
type Axis = Readonly<Record<"extent" | "stride", number>>;

/** The axes of a window, the innermost first: as few as walk the same places, none of extent 1. */
export function collapse({ shape, strides }: Pick<View, "shape" | "strides">): Axis[] {
  const axes: Axis[] = [];
  for (let i = shape.length - 1; i >= 0; i--) {
    const [extent, stride] = [shape[i], strides[i]];
    const last = axes.at(-1);
    if (extent === 1) continue;
    if (last !== undefined && stride === last.extent * last.stride) {
      axes[axes.length - 1] = { extent: last.extent * extent, stride: last.stride };
    } else axes.push({ extent, stride });
  }
  return axes;
}

/** Calls `f` with where each run along the innermost axis starts, in the window's order. */
function eachRun(
  { shape, strides, offset }: Omit<View, "storage">,
  f: (at: number, extent: number, stride: number) => void,
): void {
  const axes = collapse({ shape, strides });
  if (axes.length === 0) f(offset, 1, 1);
  else walk(axes, axes.length - 1, offset, f);
}

function walk(axes: readonly Axis[], depth: number, at: number, f: Parameters<typeof eachRun>[1]) {
  const { extent, stride } = axes[depth];
  if (depth === 0) f(at, extent, stride);
  else for (let i = 0; i < extent; i++) walk(axes, depth - 1, at + i * stride, f);
}

/** A contiguous copy of a view, in memory from `find`. */
export function cpuGather(view: View, find: (length: number) => Float32Array = room): Float32Array {
  const source = borrow(view.storage);
  const result = find(sizeOf(view.shape));
  if (result.length === 0) return result;
  if (source.length === 1) return result.fill(source[0]);
  let to = 0;
  eachRun(view, (at, extent, stride) => {
    if (stride === 1) copy(source, at, extent, result, to);
    else if (stride === 0 && extent > short) result.fill(source[at], to, to + extent);
    else for (let i = 0; i < extent; i++) result[to + i] = source[at + i * stride];
    to += extent;
  });
  return result;
}

/** Zeros, with every part's data written where its window says. */
export function cpuScatter(length: number, parts: readonly ScatterPart[]): Float32Array {
  const result = allocate(length);
  for (const { data: storage, into } of parts) {
    if (storage.length === 0) continue;
    const data = borrow(storage);
    let from = 0;
    eachRun(into, (at, extent, stride) => {
      if (stride === 1) copy(data, from, extent, result, at);
      else for (let i = 0; i < extent; i++) result[at + i * stride] = data[from + i];
      from += extent;
    });
  }
  return result;
}
