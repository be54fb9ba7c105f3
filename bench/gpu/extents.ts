import type { Extents } from "../plain_scan.ts";

/** D. */
export function unitsOf({ actDim, decPopDim }: Extents): number {
  return actDim * decPopDim;
}

/** What a forward pass cannot avoid: x is read and the spikes are written once, both [T, N, D] in float32. */
export function forwardBytes(extents: Extents): number {
  return 2 * 4 * extents.steps * extents.batch * unitsOf(extents);
}

/** As in texts: (T, N, actDim, decPopDim). */
export function showExtents({ steps, batch, actDim, decPopDim }: Extents): string {
  return `(${[steps, batch, actDim, decPopDim].join(", ")})`;
}

/**
 * Extents from "T,N,actDim,decPopDim".
 *
 * @throws {RangeError} if it is not four positive integers.
 */
export function parseExtents(text: string): Extents {
  const numbers = text.split(",").map(Number);
  if (numbers.length !== 4 || !numbers.every((n) => Number.isSafeInteger(n) && n > 0)) {
    throw new RangeError(
      `Cannot read the shape "${text}": expected T,N,actDim,decPopDim, four positive integers`,
    );
  }
  const [steps, batch, actDim, decPopDim] = numbers;
  return { steps, batch, actDim, decPopDim };
}
