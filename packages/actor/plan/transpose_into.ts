/** Writes the transpose of weights [rows, columns], `stride` numbers per row of the result. */
export function transposeInto(
  to: Float32Array,
  at: number,
  stride: number,
  weights: Float32Array,
  columns: number,
  rows: number,
): void {
  for (let r = 0; r < rows; r++) {
    let index = at + r;
    for (let c = r * columns; c < (r + 1) * columns; c++) {
      to[index] = weights[c];
      index += stride;
    }
  }
}
