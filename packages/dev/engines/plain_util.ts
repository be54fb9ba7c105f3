/**
 * The part of `node:util` that assertions use, for engines that lack it.
 *
 * @module
 */

/** A value as text, for messages. */
export function inspect(x: unknown): string {
  if (x instanceof Error) return String(x);
  try {
    return JSON.stringify(x) ?? String(x);
  } catch {
    return String(x);
  }
}

/** For values that are neither arrays nor plain records: only the same object is equal. */
export function isDeepStrictEqual(a: unknown, b: unknown): boolean {
  return Object.is(a, b);
}
