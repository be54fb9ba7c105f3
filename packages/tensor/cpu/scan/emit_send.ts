// The lateral current that a slab of outputs sends: rows of populations, one after another, without gaps.
import { type Code, f32x4, type Func, i32, type Local, v128 } from "@spikeloop/expr/wasm";
import { namedFunc, times } from "./func.ts";
import type { Wiring } from "./wiring.ts";

/** What `send` is given: outputs as bits and as numbers, where to write, what to read. */
export const sendParams = ["bits", "out", "lateral", "table", "list", "rows", "pops"] as const;

type SendParams = Readonly<Record<(typeof sendParams)[number], Local>>;

/** At most 25 bits from bit `at` on, the first as the lowest; the rest is junk. */
export function bitsAt(bits: Local, at: Local, skipBytes = 0): Code {
  const word = i32.load(i32.add(bits.get, i32.shrU(at.get, i32.const(3))), skipBytes);
  return i32.shrU(word, i32.and(at.get, i32.const(7)));
}

/** (word >> from) mod 2^width, times a row's bytes. */
function rowOffset(word: Local, from: number, width: number, rowBytes: number): Code {
  const mask = (1 << width) - 1;
  const log = Math.log2(rowBytes);
  if (!Number.isInteger(log)) {
    return i32.mul(
      i32.and(from === 0 ? word.get : i32.shrU(word.get, i32.const(from)), i32.const(mask)),
      i32.const(rowBytes),
    );
  }
  const moved = from > log
    ? i32.shrU(word.get, i32.const(from - log))
    : from < log
    ? i32.shl(word.get, i32.const(log - from))
    : word.get;
  return i32.and(moved, i32.const(mask << log));
}

function sendByTable(fn: Func, wiring: Wiring, p: SendParams, table: Local, bit: Local): Code {
  const { chunks, chunkBytes, rowBytes, vectors } = wiring;
  const word = fn.local("i32");
  const at = fn.localArray("i32", chunkBytes.length);
  const entry = (c: number, i: number) => v128.load(at[c].get, chunkBytes[c] + 16 * i);
  return [
    ...word.set(bitsAt(p.bits, bit)),
    ...times(
      at.length,
      (c) =>
        at[c].set(
          i32.add(table.get, rowOffset(word, chunks[c], chunks[c + 1] - chunks[c], rowBytes)),
        ),
    ),
    ...times(vectors, (i) => {
      let sum = entry(0, i);
      for (let c = 1; c < at.length; c++) sum = f32x4.add(sum, entry(c, i));
      return v128.store(p.lateral.get, sum, 16 * i);
    }),
  ];
}

/** Most vectors whose sums are held at once. */
const heldVectors = 8;

/** Calls `one` for blocks of vectors: `offset` holds where the block starts, in bytes. */
export function vectorBlocks(
  fn: Func,
  vectors: number,
  held: number,
  one: (count: number, offset: Local) => Code,
): Code {
  const offset = fn.local("i32");
  const full = Math.floor(vectors / held);
  const rest = vectors % held;
  return [
    ...(full > 0 ? fn.loop(offset, 0, 16 * held * full, 16 * held, [one(held, offset)]) : []),
    ...(rest > 0 ? [...offset.set(i32.const(16 * held * full)), ...one(rest, offset)] : []),
  ];
}

/** Calls `one` with the index of every spiking unit of the population whose bits start at `bit`, in order. */
export function forSpikes(
  fn: Func,
  group: number,
  bits: Local,
  bit: Local,
  one: (unit: Local) => Code,
): Code {
  const step = 24;
  const [word, unit, first] = [fn.local("i32"), fn.local("i32"), fn.local("i32")];
  const from = fn.local("i32");
  const each = (mask: number) => [
    ...word.set(i32.and(bitsAt(bits, from), i32.const(mask))),
    ...fn.whileTrue(word.get, [
      unit.set(i32.add(first.get, i32.ctz(word.get))),
      word.set(i32.and(word.get, i32.sub(word.get, i32.const(1)))),
      one(unit),
    ]),
  ];
  const full = Math.floor(group / step);
  const rest = group % step;
  return [
    ...from.set(bit.get),
    ...(full > 0
      ? fn.loop(first, 0, full * step, step, [each((1 << step) - 1), from.increment(step)])
      : first.set(i32.const(0))),
    ...(rest > 0 ? each((1 << rest) - 1) : []),
  ];
}

function sendByRows(
  fn: Func,
  { group, vectors, rowBytes }: Wiring,
  p: SendParams,
  table: Local,
  bit: Local,
): Code {
  const [end, at, row] = [fn.local("i32"), fn.local("i32"), fn.local("i32")];
  const sums = fn.localArray("v128", Math.min(heldVectors, vectors));
  return [
    ...end.set(p.list.get),
    ...forSpikes(fn, group, p.bits, bit, (unit) => [
      ...i32.store(
        end.get,
        i32.add(table.get, i32.mul(i32.add(unit.get, i32.const(1)), i32.const(rowBytes))),
      ),
      ...end.increment(4),
    ]),
    ...vectorBlocks(fn, vectors, heldVectors, (count, offset) => [
      ...row.set(i32.add(table.get, offset.get)),
      ...times(count, (i) => sums[i].set(v128.load(row.get, 16 * i))),
      ...fn.loop(at, p.list.get, end.get, 4, [
        row.set(i32.add(i32.load(at.get), offset.get)),
        times(count, (i) => sums[i].set(f32x4.add(sums[i].get, v128.load(row.get, 16 * i)))),
      ]),
      ...row.set(i32.add(p.lateral.get, offset.get)),
      ...times(count, (i) => v128.store(row.get, sums[i].get, 16 * i)),
    ]),
  ];
}

function sendDense(
  fn: Func,
  { chunks, vectors, rowBytes }: Wiring,
  p: SendParams,
  table: Local,
): Code {
  const held = 4;
  const totals = fn.localArray("v128", Math.min(held, vectors));
  const parts = fn.localArray("v128", Math.min(held, vectors));
  const [row, unit, to, value] = [
    fn.local("i32"),
    fn.local("i32"),
    fn.local("i32"),
    fn.local("v128"),
  ];
  return vectorBlocks(fn, vectors, held, (count, offset) => [
    ...row.set(i32.add(table.get, offset.get)),
    ...times(chunks.length - 1, (c) => [
      ...times(count, (i) => parts[i].set(c === 0 ? v128.load(row.get, 16 * i) : f32x4.const(0))),
      ...fn.loop(
        unit,
        i32.add(p.out.get, i32.const(4 * chunks[c])),
        i32.add(p.out.get, i32.const(4 * chunks[c + 1])),
        4,
        [
          row.increment(rowBytes),
          value.set(v128.load32Splat(unit.get)),
          times(
            count,
            (i) =>
              parts[i].set(
                f32x4.add(parts[i].get, f32x4.mul(v128.load(row.get, 16 * i), value.get)),
              ),
          ),
        ],
      ),
      ...times(
        count,
        (i) => totals[i].set(c === 0 ? parts[i].get : f32x4.add(totals[i].get, parts[i].get)),
      ),
    ]),
    ...to.set(i32.add(p.lateral.get, offset.get)),
    ...times(count, (i) => v128.store(to.get, totals[i].get, 16 * i)),
  ]);
}

/**
 * `send(bits, out, lateral, table, list, rows, pops)`: the lateral current of rows · pops populations. It may write up
 * to 3 numbers past the last one.
 */
export function emitSend(wiring: Wiring): Func {
  const { fn, p } = namedFunc("send", sendParams);
  const [row, pop, table, bit] = [
    fn.local("i32"),
    fn.local("i32"),
    fn.local("i32"),
    fn.local("i32"),
  ];
  const one = {
    none: () => [],
    table: () => sendByTable(fn, wiring, p, table, bit),
    rows: () => sendByRows(fn, wiring, p, table, bit),
    dense: () => sendDense(fn, wiring, p, table),
  }[wiring.form]();
  fn.emit(fn.loop(row, 0, p.rows.get, 1, [
    table.set(p.table.get),
    fn.loop(pop, 0, p.pops.get, 1, [
      one,
      table.increment(wiring.tableBytes),
      bit.increment(wiring.group),
      p.lateral.increment(4 * wiring.group),
      p.out.increment(4 * wiring.group),
    ]),
  ]));
  return fn;
}
