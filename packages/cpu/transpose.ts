import {
  type Code,
  Func,
  i32,
  i8x16,
  instantiate,
  type Local,
  v128,
  type WasmFunction,
  when,
} from "@spikeloop/expr/wasm";
import { copyRectangle, staging } from "./staging.ts";

/** Code that turns the rows in four v128 locals into columns, by way of four more. */
export function transposeLanes(v: readonly Local[], w: readonly Local[]): Code {
  // Interleaving lanes of (0, 2) and (1, 3), then of the results, turns rows into columns.
  const low = [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23];
  const high = low.map((lane) => lane + 8);
  return [
    ...w[0].set(i8x16.shuffle(v[0], v[2], low)),
    ...w[1].set(i8x16.shuffle(v[1], v[3], low)),
    ...w[2].set(i8x16.shuffle(v[0], v[2], high)),
    ...w[3].set(i8x16.shuffle(v[1], v[3], high)),
    ...v[0].set(i8x16.shuffle(w[0], w[1], low)),
    ...v[1].set(i8x16.shuffle(w[0], w[1], high)),
    ...v[2].set(i8x16.shuffle(w[2], w[3], low)),
    ...v[3].set(i8x16.shuffle(w[2], w[3], high)),
  ];
}

/**
 * transpose(source, sourceStride, rows, columns, target, targetStride): target[c][r] =
 * source[r][c]. Strides are in bytes. It writes whole vectors: a target row must have room for
 * `rows` rounded up to 4.
 */
export function transposeKernel(): Func {
  const fn = new Func("transpose", 6);
  const [source, sourceStride, rows, columns, target, targetStride] = fn.params;
  const [column, row, from, to, rest] = fn.localArray("i32", 5);
  const [v, w] = [fn.localArray("v128", 4), fn.localArray("v128", 4)];
  return fn.emit(fn.loop(column, 0, columns, 4, [
    rest.set(i32.sub(columns, column)),
    fn.loop(row, 0, rows, 4, [
      from.set(i32.add(i32.add(source, i32.shl(column, 2)), i32.mul(row, sourceStride))),
      ...v.flatMap((x) => [x.set(v128.load(from)), from.increment(sourceStride)]),
      transposeLanes(v, w),
      to.set(i32.add(i32.add(target, i32.shl(row, 2)), i32.mul(column, targetStride))),
      v128.store(to, v[0]),
      ...[1, 2, 3].map((i) =>
        when(i32.gtU(rest, i), [to.increment(targetStride), v128.store(to, v[i])])
      ),
    ]),
  ]));
}

/** Numbers from which on the kernel beats a loop. */
const least = 1 << 10;

/** Rows and columns of the largest block. */
const side = 256;

/** Where a block lies in the staging memory, and its transpose, in numbers. */
const [source, target] = [0, side * side];

let kernel: WasmFunction | undefined;

/** Whether the kernel is worth its while. */
export function worthTransposing(rows: number, columns: number): boolean {
  return rows >= 4 && columns >= 4 && rows * columns >= least;
}

/** Transposes [rows, columns], whose rows start `stride` numbers apart from `offset` on. */
export function transpose(
  numbers: Float32Array,
  offset: number,
  stride: number,
  [rows, columns]: readonly [rows: number, columns: number],
  result: Float32Array,
): void {
  const { memory, floats } = staging();
  // Compiled apart from the kernels of products, which few programs need.
  kernel ??= instantiate([transposeKernel()], memory).transpose;
  for (let row = 0; row < rows; row += side) {
    const m = Math.min(side, rows - row);
    const pitch = m + 3 & -4;
    for (let column = 0; column < columns; column += side) {
      const n = Math.min(side, columns - column);
      copyRectangle(numbers, offset + row * stride + column, stride, m, n, floats, source);
      kernel(4 * source, 4 * n, m, n, 4 * target, 4 * pitch);
      copyRectangle(floats, target, pitch, n, m, result, column * rows + row, rows);
    }
  }
}
