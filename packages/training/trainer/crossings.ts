/** How many multiples of `every` lie above `before` and not above `after`. */
export function crossings(before: number, after: number, every: number): number {
  return Math.floor(after / every) - Math.floor(before / every);
}
