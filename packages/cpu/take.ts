// Slices by index. Rows are copied at once; plain loops add them as fast as kernels could.
import type { Skeletons } from "@spikeloop/backend";
import { allocate, room } from "./allocate.ts";
import { borrow } from "./source.ts";
import { copy } from "./staging.ts";

function isSlice(place: number, axis: number): boolean {
  return place >= 0 && place < axis && Number.isInteger(place);
}

/** Slices of x [outer, axis, inner] by their indices, [outer, count, inner]. */
export const cpuTake: Skeletons["take"] = (x, indices, outer, axis, inner): Float32Array => {
  const [source, places] = [borrow(x), borrow(indices)];
  const result = room(outer * places.length * inner);
  let to = 0;
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < places.length; j++, to += inner) {
      const place = places[j];
      if (isSlice(place, axis)) copy(source, (o * axis + place) * inner, inner, result, to);
      else result.fill(NaN, to, to + inner);
    }
  }
  return result;
};

/** Zeros [outer, axis, inner], with slices [outer, count, inner] added by their indices. */
export const cpuScatterAdd: Skeletons["scatterAdd"] = (
  slices,
  indices,
  outer,
  axis,
  inner,
): Float32Array => {
  const [source, places] = [borrow(slices), borrow(indices)];
  const result = allocate(outer * axis * inner);
  let from = 0;
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < places.length; j++, from += inner) {
      const place = places[j];
      if (!isSlice(place, axis)) continue;
      const to = (o * axis + place) * inner;
      for (let i = 0; i < inner; i++) result[to + i] += source[from + i];
    }
  }
  return result;
};
