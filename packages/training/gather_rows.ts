/** Copies the rows of a matrix [M, width] with these indices, laid end to end. */
export function gatherRows(
  matrix: Float32Array,
  width: number,
  indices: ArrayLike<number>,
): Float32Array {
  const { length } = indices;
  const rows = new Float32Array(length * width);
  for (let r = 0; r < length; r++) {
    for (let i = 0; i < width; i++) rows[r * width + i] = matrix[indices[r] * width + i];
  }
  return rows;
}
