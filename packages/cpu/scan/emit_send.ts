// The lateral current that a slab of outputs sends: rows of populations, one after another, without gaps.
import { type Code, f32x4, type Func, i32, type Local, v128 } from "@spikeloop/expr/wasm";
import { namedFunc, times } from "./func.ts";
import { storeUnits, walkPopulations } from "./populations.ts";
import { oncePerWiring, type Wiring } from "./wiring.ts";

/** What `send` is given: outputs as bits and as numbers, where to write, what to read. */
export const sendParams = ["bits", "out", "lateral", "table", "list", "rows", "pops"] as const;

type SendParams = Readonly<Record<(typeof sendParams)[number], Local>>;

/** At most 25 bits from bit `at` on, which may be before `bits`, the first as the lowest; the rest is junk. */
export function bitsAt(bits: Local, at: Local): Code {
  const word = i32.load(i32.add(bits.get, i32.shrS(at.get, i32.const(3))));
  return i32.shrU(word, i32.and(at.get, i32.const(7)));
}

/** (word >> from) mod 2^width, times a row's bytes. */
export function rowOffset(word: Local, from: number, width: number, rowBytes: number): Code {
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

/** Finds what the units of a population that spiked together point to: one entry in the table of each chunk. */
export class Lookup {
  /** Where the entries are, once found. */
  readonly entries: readonly Local[];
  readonly #wiring: Wiring;
  readonly #word: Local;
  readonly #tables: readonly Local[];

  constructor(fn: Func, wiring: Wiring) {
    const count = wiring.chunkBytes.length;
    this.#wiring = wiring;
    this.#word = fn.local("i32");
    this.#tables = fn.localArray("i32", count);
    this.entries = fn.localArray("i32", count);
  }

  /** Points at a population's tables. */
  start(table: Local): Code {
    const { chunkBytes } = this.#wiring;
    return this.#tables.flatMap((t, c) => t.set(i32.add(table.get, i32.const(chunkBytes[c]))));
  }

  /** Finds the entries of the population whose bits start at `bit`. */
  find(bits: Local, bit: Local): Code {
    const { chunks, rowBytes } = this.#wiring;
    return [
      ...this.#word.set(bitsAt(bits, bit)),
      ...this.entries.flatMap((entry, c) => {
        const offset = rowOffset(this.#word, chunks[c], chunks[c + 1] - chunks[c], rowBytes);
        return entry.set(i32.add(this.#tables[c].get, offset));
      }),
    ];
  }
}

/** Rows looked up side by side. */
const lookupRows = 2;

function sendByTable(fn: Func, wiring: Wiring, p: SendParams): Code {
  const { vectors, group, tableBytes } = wiring;
  const lookup = new Lookup(fn, wiring);
  const lookUp = (bit: Local, lateral: Local) => [
    ...lookup.find(p.bits, bit),
    ...times(vectors, (i) => {
      const sum = lookup.entries.map((e) => v128.load(e.get, 16 * i)).reduce(f32x4.add);
      return storeUnits(fn, lateral, sum, 4 * i, group);
    }),
  ];
  return walkPopulations({
    fn,
    group,
    rows: p.rows,
    pops: p.pops,
    arrays: {
      bit: { start: fn.local("i32"), unitSize: 1 },
      lateral: { start: p.lateral, unitSize: 4 },
    },
    blocks: [lookupRows, 1],
    before: lookup.start(p.table),
    body: ({ bit, lateral }) => bit.flatMap((b, r) => lookUp(b, lateral[r])),
    after: p.table.increment(tableBytes),
  });
}

/** Most vectors whose sums are held at once. */
const heldVectors = 8;

/**
 * Calls `one` for blocks of vectors: `offset` holds where the block starts, in bytes, and `first` is a unit such that
 * the block's last units are the population's last where it is the last block.
 */
export function vectorBlocks(
  fn: Func,
  vectors: number,
  held: number,
  one: (count: number, offset: Local, first: number) => Code,
): Code {
  const offset = fn.local("i32");
  const full = Math.floor((vectors - 1) / held);
  return [
    ...(full > 0 ? fn.loop(offset, 0, 16 * held * full, 16 * held, [one(held, offset, 0)]) : []),
    ...offset.set(i32.const(16 * held * full)),
    ...one(vectors - held * full, offset, 4 * held * full),
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

function sendByRows(fn: Func, wiring: Wiring, p: SendParams): Code {
  const { group, vectors, rowBytes, tableBytes } = wiring;
  const [end, at, row] = fn.localArray("i32", 3);
  const sums = fn.localArray("v128", Math.min(heldVectors, vectors));
  const weights = fn.local("i32");
  const send = (bit: Local, lateral: Local) => [
    ...end.set(p.list.get),
    ...forSpikes(fn, group, p.bits, bit, (unit) => [
      ...i32.store(end.get, i32.add(weights.get, i32.mul(unit.get, i32.const(rowBytes)))),
      ...end.increment(4),
    ]),
    ...vectorBlocks(fn, vectors, heldVectors, (count, offset, first) => [
      ...row.set(i32.add(p.table.get, offset.get)),
      ...times(count, (i) => sums[i].set(v128.load(row.get, 16 * i))),
      ...fn.loop(at, p.list.get, end.get, 4, [
        row.set(i32.add(i32.load(at.get), offset.get)),
        times(count, (i) => sums[i].set(f32x4.add(sums[i].get, v128.load(row.get, 16 * i)))),
      ]),
      ...row.set(i32.add(lateral.get, offset.get)),
      ...times(count, (i) => storeUnits(fn, row, sums[i].get, 4 * i, group - first)),
    ]),
  ];
  return walkPopulations({
    fn,
    group,
    rows: p.rows,
    pops: p.pops,
    arrays: {
      bit: { start: fn.local("i32"), unitSize: 1 },
      lateral: { start: p.lateral, unitSize: 4 },
    },
    blocks: [1],
    before: weights.set(i32.add(p.table.get, i32.const(rowBytes))),
    body: ({ bit, lateral }) => send(bit[0], lateral[0]),
    after: p.table.increment(tableBytes),
  });
}

function sendDense(fn: Func, wiring: Wiring, p: SendParams): Code {
  const { group, chunks, vectors, rowBytes, tableBytes } = wiring;
  const held = 4;
  const totals = fn.localArray("v128", Math.min(held, vectors));
  const parts = fn.localArray("v128", Math.min(held, vectors));
  const [row, unit, to] = fn.localArray("i32", 3);
  const value = fn.local("v128");
  const send = (out: Local, lateral: Local) =>
    vectorBlocks(fn, vectors, held, (count, offset, first) => [
      ...row.set(i32.add(p.table.get, offset.get)),
      ...times(chunks.length - 1, (c) => [
        ...times(
          count,
          (i) => parts[i].set(c === 0 ? v128.load(row.get, 16 * i) : f32x4.const(0)),
        ),
        ...fn.loop(
          unit,
          i32.add(out.get, i32.const(4 * chunks[c])),
          i32.add(out.get, i32.const(4 * chunks[c + 1])),
          4,
          [
            row.increment(rowBytes),
            value.set(v128.load32Splat(unit.get)),
            times(count, (i) =>
              parts[i].set(
                f32x4.add(parts[i].get, f32x4.mul(v128.load(row.get, 16 * i), value.get)),
              )),
          ],
        ),
        ...times(
          count,
          (i) => totals[i].set(c === 0 ? parts[i].get : f32x4.add(totals[i].get, parts[i].get)),
        ),
      ]),
      ...to.set(i32.add(lateral.get, offset.get)),
      ...times(count, (i) => storeUnits(fn, to, totals[i].get, 4 * i, group - first)),
    ]);
  return walkPopulations({
    fn,
    group,
    rows: p.rows,
    pops: p.pops,
    arrays: {
      out: { start: p.out, unitSize: 4 },
      lateral: { start: p.lateral, unitSize: 4 },
    },
    blocks: [1],
    body: ({ out, lateral }) => send(out[0], lateral[0]),
    after: p.table.increment(tableBytes),
  });
}

/** `send(bits, out, lateral, table, list, rows, pops)`: the lateral current of rows · pops populations. */
export const emitSend: (wiring: Wiring) => Func = oncePerWiring((wiring) => {
  const { fn, p } = namedFunc("send", sendParams);
  if (wiring.form === "table") fn.emit(sendByTable(fn, wiring, p));
  if (wiring.form === "rows") fn.emit(sendByRows(fn, wiring, p));
  if (wiring.form === "dense") fn.emit(sendDense(fn, wiring, p));
  return fn;
});
