import { freeLength, staging } from "../staging.ts";

/**
 * Overwrites the staging memory, as other calls do: a kernel reads only what its own call wrote.
 */
export function spoilStaging(): void {
  staging().floats.fill(NaN, 0, freeLength);
}
