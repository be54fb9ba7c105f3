import { i32, v128, when } from "@spikeloop/expr/wasm";
import type { Code, Func, Local, Operand } from "@spikeloop/expr/wasm";
import { panelWidth, places } from "./layout.ts";

/**
 * Where the column `j`, the first of a tile, begins: panels lie 16 · columnStep apart, columns
 * within one side by side.
 */
export function columnStart(b: Operand, j: Operand, columnStep: Operand): Code {
  const within = i32.and(j, panelWidth - 1);
  const panel = i32.add(b, i32.mul(i32.sub(j, within), columnStep));
  return i32.add(panel, i32.shl(within, 2));
}

/** Starts one row of a tile: at zero, or with C, which holds an earlier part of the sum over k. */
export function startRow(row: readonly Local[], c: Operand, resume: Operand): Code {
  return when(
    resume,
    row.map((v, q) => v.set(v128.load(c, 16 * q))),
    row.map((v) => v.set(0)),
  );
}

/** Stores one row of a tile at `c`, or its first `columns` numbers if fewer are left. */
export function storeRow(
  fn: Func,
  row: readonly Local[],
  c: Local,
  columns: Operand,
  [i, from]: readonly Local[],
): Code {
  const tail = 4 * places.tail;
  return when(
    i32.geU(columns, 4 * row.length),
    row.map((v, q) => v128.store(c, v, 16 * q)),
    [
      ...row.map((v, q) => v128.store(tail, v, 16 * q)),
      fn.loop(i, 0, i32.shl(i32.and(columns, -4), 2), 16, [
        from.set(i32.add(tail, i)),
        v128.store(i32.add(c, i), v128.load(from)),
      ]),
      fn.loop(i, i32.shl(i32.and(columns, -4), 2), i32.shl(columns, 2), 4, [
        from.set(i32.add(tail, i)),
        i32.store(i32.add(c, i), i32.load(from)),
      ]),
    ],
  );
}
