// Matrices in the memories of kernels.
import { i32, transposeLanes, v128, when } from "@spikeloop/expr/wasm";
import type { Code, Func, Operand } from "@spikeloop/expr/wasm";

/**
 * Columns of a panel. Matrices that are read by columns are cut into panels [rows, 16], one after
 * another.
 */
export const panelWidth = 16;

/** A matrix in memory: where it starts, and the bytes from a row to the next. */
export type Matrix = readonly [at: Operand, stride: Operand];

/**
 * Code that writes a matrix [rows, columns] transposed, four rows by four columns at a time. The
 * last rows come first: in the target their vectors may reach into the next row, written later.
 */
export function transpose(
  fn: Func,
  [rows, columns]: readonly [Operand, Operand],
  [from, width]: Matrix,
  [to, stride]: Matrix,
): Code {
  const [column, row, source, target, rest] = fn.localArray("i32", 5);
  const [v, w] = [fn.localArray("v128", 4), fn.localArray("v128", 4)];
  return [
    ...row.set(i32.and(i32.add(rows, 3), -4)),
    ...fn.whileTrue(row, [
      row.increment(-4),
      fn.loop(column, 0, columns, 4, [
        source.set(i32.add(i32.add(from, i32.shl(column, 2)), i32.mul(row, width))),
        ...v.flatMap((x) => [x.set(v128.load(source)), source.increment(width)]),
        transposeLanes(v, w),
        target.set(i32.add(i32.add(to, i32.shl(row, 2)), i32.mul(column, stride))),
        v128.store(target, v[0]),
        rest.set(i32.sub(columns, column)),
        ...[1, 2, 3].map((i) =>
          when(i32.gtU(rest, i), [target.increment(stride), v128.store(target, v[i])])
        ),
      ]),
    ]),
  ];
}
