// What the kernels of the product share: where a tile's columns lie, and how its last columns are stored.
import { type Code, type Func, i32, type Local, sequence, v128, when } from "@spikeloop/expr/wasm";
import { places } from "./layout.ts";
import { panelWidth } from "./pack_kernels.ts";

/** Where the column `j`, the first of a tile, begins: panels lie 16 · columnStep apart, columns within one side by side. */
export function columnStart(b: Code, j: Code, columnStep: Code): Code {
  const within = i32.and(j, i32.const(panelWidth - 1));
  return i32.add(
    i32.add(b, i32.mul(i32.sub(j, within), columnStep)),
    i32.shl(within, i32.const(2)),
  );
}

/** Stores one row of a tile at `c`: all of it, or only the first `columns` numbers where fewer are left. */
export function storeRow(
  fn: Func,
  row: readonly Local[],
  c: Local,
  columns: Code,
  [i, from]: readonly Local[],
): Code {
  const width = 4 * row.length;
  const tail = 4 * places.tail;
  return when(
    i32.geU(columns, i32.const(width)),
    sequence(...row.map((v, q) => v128.store(c.get, v.get, 16 * q))),
    sequence(
      ...row.map((v, q) => v128.store(i32.const(tail), v.get, 16 * q)),
      fn.loop(i, 0, i32.shl(columns, i32.const(2)), 4, [
        from.set(i32.add(i32.const(tail), i.get)),
        i32.store(i32.add(c.get, i.get), i32.load(from.get)),
      ]),
    ),
  );
}

/** Starts one row of a tile: at zero, or with what C holds where an earlier part of k has been summed. */
export function startRow(row: readonly Local[], c: Code, resume: Code): Code {
  return when(
    resume,
    sequence(...row.map((v, q) => v.set(v128.load(c, 16 * q)))),
    sequence(...row.map((v) => v.set(0))),
  );
}
