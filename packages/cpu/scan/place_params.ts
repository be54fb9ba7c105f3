import { hostArray, type ScanArgs } from "@spikeloop/backend";

/**
 * Writes the parameters where kernels read them: numbers from address 0 on, and those given per unit once per row of a
 * tile, one `slab` (in bytes) after another.
 */
export function placeParams(
  floats: Float32Array,
  { params, units }: ScanArgs,
  rows: number,
  slab: number,
  at: number,
): void {
  let to = at / 4;
  for (let i = 0; i < params.length; i++) {
    const p = params[i];
    if (typeof p === "number") floats[i] = p;
    else if (p.length === 1) floats[i] = hostArray(p)[0];
    else {
      for (let r = 0; r < rows; r++) floats.set(hostArray(p), to + r * units);
      to += slab / 4;
    }
  }
}
