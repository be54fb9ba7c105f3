import { i32, memoryLane, v128, when } from "@spikeloop/expr/wasm";
import type { Code, Local, Operand } from "@spikeloop/expr/wasm";
import { panelWidth } from "../matrix.ts";

/**
 * The parameters of the kernels that compute C = A · B of one block, or C += A · B where `resume`
 * is not 0: A [rows, k], B [k, n] and C [rows, n], strides and steps in bytes, room for lists and
 * their lengths. Every element is summed over k in ascending order.
 */
export const blockParams = "a aStride rows b columnStep rowStep k n c cStride resume lists counts";

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
  return when(resume, row.map((v, q) => v.set(v128.load(c, 16 * q))), row.map((v) => v.set(0)));
}

/** Stores one row of a tile at `c`, or its first `columns` numbers if fewer are left. */
export function storeRow(row: readonly Local[], c: Local, columns: Operand): Code {
  return when(
    i32.geU(columns, 4 * row.length),
    row.map((v, q) => v128.store(c, v, 16 * q)),
    row.flatMap((v, q) =>
      [0, 1, 2, 3].map((lane) =>
        when(i32.gtU(columns, 4 * q + lane), memoryLane.store32(c, v, lane, 16 * q + 4 * lane))
      )
    ),
  );
}
