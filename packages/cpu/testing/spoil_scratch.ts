import { freeLength, scratch } from "../scratch.ts";

/** Writes over what calls leave in the scratch memory, as other calls do: nobody may read what it did not write. */
export function spoilScratch(): void {
  scratch().floats.fill(NaN, 0, freeLength);
}
