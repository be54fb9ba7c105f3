// Lateral currents by tables: the units of a group that spiked together are the bits of a word, and
// the bits of each chunk of them are the index of a partial sum.
import { f32x4, i32, sequence, storeLanes, times, v128 } from "@spikeloop/expr/wasm";
import type { Code, Func, Local, Operand } from "@spikeloop/expr/wasm";
import { type Grouping, groupingFunc } from "../grouping.ts";

/** At most 25 bits from bit `at` on, lowest first, perhaps before `bits`; the rest is junk. */
export function bitsAt(bits: Local, at: Local): Code {
  return i32.shrU(i32.load(i32.add(bits, i32.shrS(at, 3))), i32.and(at, 7));
}

/** `to` += `value`, a vector in memory. */
export function addTo(to: Operand, value: Code | Local, offset = 0): Code {
  return v128.store(to, f32x4.add(v128.load(to, offset), value), offset);
}

/** Finds, by the spikes of a group as bits, its entry in the group's table of each chunk. */
export function lookup(fn: Func, { group, vectors, chunks, chunkBytes, rowBytes }: Grouping) {
  const word = fn.local("i32");
  const entries = fn.localArray("i32", chunkBytes.length);
  const find = (bits: Code, table: Local) => [
    ...word.set(bits),
    ...entries.flatMap((entry, c) => {
      const set = i32.and(i32.shrU(word, chunks[c]), (1 << chunks[c + 1] - chunks[c]) - 1);
      return entry.set(i32.add(table, i32.mul(set, rowBytes)));
    }),
  ];
  return {
    /** Adds a row to every entry. */
    add: (bits: Code, table: Local, row: readonly Local[]): Code => [
      ...find(bits, table),
      ...entries.flatMap((at, c) => row.flatMap((v, i) => addTo(at, v, chunkBytes[c] + 16 * i))),
    ],
    /** Stores the sum of the entries. */
    send: (bits: Code, table: Local, to: Local, offset = 0): Code => [
      ...find(bits, table),
      ...times(vectors, (i) => {
        const terms = entries.map((at, c) => v128.load(at, chunkBytes[c] + 16 * i));
        const sum = terms.reduce((a, b) => f32x4.add(a, b));
        return storeLanes(fn, to, sum, group - 4 * i, offset + 16 * i);
      }),
    ],
  };
}

/**
 * `build(rows, table, groups)`: the tables of partial sums that `send` reads. Entry m of a chunk's
 * table is the sum of the rows of the units whose bit of m is set, in ascending order, on top of
 * the biases in the first chunk. So the upper half of every power of two is the lower half plus one
 * row.
 */
export const build = groupingFunc("build", "rows table groups", (fn, grouping, p) => {
  const { chunks, chunkBytes, rowBytes, vectors, tableBytes, gradientBytes } = grouping;
  const [g, at, start] = fn.localArray("i32", 3);
  const row = fn.localArray("v128", vectors);
  const addUnit = (unit: number, bytes: number) => [
    ...times(vectors, (i) => row[i].set(v128.load(p.rows, rowBytes * (1 + unit) + 16 * i))),
    ...fn.loop(at, start, i32.add(start, bytes), rowBytes, [
      times(
        vectors,
        (i) => v128.store(at, f32x4.add(v128.load(at, 16 * i), row[i]), bytes + 16 * i),
      ),
    ]),
  ];
  const buildChunk = (c: number) =>
    sequence(
      start.set(i32.add(p.table, chunkBytes[c])),
      times(vectors, (i) => v128.store(start, c === 0 ? v128.load(p.rows, 16 * i) : 0, 16 * i)),
      times(chunks[c + 1] - chunks[c], (bit) => addUnit(chunks[c] + bit, rowBytes << bit)),
    );
  return fn.loop(g, 0, p.groups, 1, [
    times(chunkBytes.length, buildChunk),
    p.rows.increment(gradientBytes),
    p.table.increment(tableBytes),
  ]);
});
