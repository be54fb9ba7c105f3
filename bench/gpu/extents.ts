import type { Extents } from "../plain_scan.ts";

/** D. */
export function unitsOf({ actDim, decPopDim }: Extents): number {
  return actDim * decPopDim;
}

/** The bytes that a forward pass must move: it reads x and writes the spikes, both [T, N, D]. */
export function forwardBytes(extents: Extents): number {
  return 2 * 4 * extents.steps * extents.batch * unitsOf(extents);
}

/** As in texts: (T, N, actDim, decPopDim). */
export function showExtents({ steps, batch, actDim, decPopDim }: Extents): string {
  return `(${[steps, batch, actDim, decPopDim].join(", ")})`;
}

/**
 * Returns the extents in a text "T,N,actDim,decPopDim".
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
