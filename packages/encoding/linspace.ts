/**
 * `count` numbers from `low` to `high`, evenly spaced, with the bits of PyTorch's float32 `linspace`: the lower half
 * is counted from `low`, the upper from `high`. One number is `low`.
 */
export function linspace(low: number, high: number, count: number): Float32Array {
  const step = Math.fround((high - low) / (count - 1));
  return Float32Array.from(
    { length: count },
    (_, i) => count === 1 ? low : i < count >> 1 ? low + step * i : high - step * (count - 1 - i),
  );
}
