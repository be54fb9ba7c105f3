// Lateral currents by tables: the units of a group that spiked together are the bits of a word, and
// the bits of each chunk of them are the index of a partial sum.
import { f32x4, i32, memoryLane, namedFunc, sequence, times, v128 } from "@spikeloop/expr/wasm";
import type { Code, Func, Local, Operand } from "@spikeloop/expr/wasm";
import type { Wiring } from "../wiring.ts";

/** At most 25 bits from bit `at` on, lowest first, perhaps before `bits`; the rest is junk. */
export function bitsAt(bits: Local, at: Local): Code {
  return i32.shrU(i32.load(i32.add(bits, i32.shrS(at, 3))), i32.and(at, 7));
}

/** `to` += `value`, a vector in memory. */
export function addTo(to: Operand, value: Code | Local, offset = 0): Code {
  return v128.store(to, f32x4.add(v128.load(to, offset), value), offset);
}

/** Finds, by the spikes of a group as bits, its entry in the table of each chunk. */
export function lookup(fn: Func, { chunks, chunkBytes, rowBytes }: Wiring) {
  const word = fn.local("i32");
  const entries = fn.localArray("i32", chunkBytes.length);
  return {
    /** Finds the entries in the group's tables at an address. */
    find: (bits: Code, table: Local): Code => [
      ...word.set(bits),
      ...entries.flatMap((entry, c) => {
        const set = i32.and(i32.shrU(word, chunks[c]), (1 << chunks[c + 1] - chunks[c]) - 1);
        return entry.set(i32.add(table, i32.mul(set, rowBytes)));
      }),
    ],
    add: (values: readonly Local[]): Code =>
      entries.flatMap((at, c) => values.flatMap((v, i) => addTo(at, v, chunkBytes[c] + 16 * i))),
    /** The sum of vector `i` of all entries. */
    sum: (i: number): Code => {
      const terms = entries.map((at, c) => v128.load(at, chunkBytes[c] + 16 * i));
      return terms.reduce((a, b) => f32x4.add(a, b));
    },
  };
}

type Source = Readonly<Record<"weight" | "bias" | "table", Local>>;

/** Weights from unit `k` to targets 4i to 4i+3 of the group at `weight`; lanes past P are 0. */
function weightsFrom(weight: Local, { group }: Wiring, k: number, i: number): Code {
  const at = (lane: number) => ((4 * i + lane) * group + k) * 4;
  let vector = v128.load32Zero(weight, at(0));
  for (let lane = 1; lane < Math.min(4, group - 4 * i); lane++) {
    vector = memoryLane.load32(weight, vector, lane, at(lane));
  }
  return vector;
}

/**
 * A chunk's table: entry m is the sum of the weights from the units whose bit of m is set, in
 * ascending order, on top of the bias in the first chunk. So the upper half of every power of two
 * is the lower half plus one row.
 */
function buildTable(fn: Func, wiring: Wiring, c: number, { weight, bias, table }: Source): Code {
  const { chunks, chunkBytes, rowBytes, vectors } = wiring;
  const rows = fn.localArray("v128", vectors);
  const at = fn.local("i32");
  const start = i32.add(table, chunkBytes[c]);
  // Plus 0, because a bias of -0 counts as 0.
  const first = (i: number) => c === 0 ? f32x4.add(v128.load(bias, 16 * i), 0) : f32x4.const(0);
  return sequence(
    times(vectors, (i) => v128.store(table, first(i), chunkBytes[c] + 16 * i)),
    times(chunks[c + 1] - chunks[c], (bit) =>
      sequence(
        times(vectors, (i) => rows[i].set(weightsFrom(weight, wiring, chunks[c] + bit, i))),
        fn.loop(at, start, i32.add(start, rowBytes << bit), rowBytes, [
          times(vectors, (i) => {
            const sum = f32x4.add(v128.load(at, 16 * i), rows[i]);
            return v128.store(at, sum, (rowBytes << bit) + 16 * i);
          }),
        ]),
      )),
  );
}

/** `build(weight, bias, table, groups)`: the tables of partial sums that `send` reads. */
export function build(wiring: Wiring): Func {
  const { fn, p } = namedFunc("build", "weight bias table groups");
  const g = fn.local("i32");
  const { group, chunkBytes, tableBytes } = wiring;
  return fn.emit(fn.loop(g, 0, p.groups, 1, [
    times(chunkBytes.length, (c) => buildTable(fn, wiring, c, p)),
    p.weight.increment(4 * group * group),
    p.bias.increment(4 * group),
    p.table.increment(tableBytes),
  ]));
}
