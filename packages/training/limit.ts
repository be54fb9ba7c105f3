/** Limits `x` to [low, high]. */
export function limit(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}
