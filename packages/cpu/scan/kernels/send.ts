import { f32x4, i32, sequence, storeLanes, times, v128 } from "@spikeloop/expr/wasm";
import type { ByWord, Code, Func, Local } from "@spikeloop/expr/wasm";
import { type Grouping, groupingFunc } from "../grouping.ts";
import { bitsAt, lookup } from "./lookup.ts";
import { registerVectors, vectorRuns, walkGroups } from "./walk_groups.ts";

/** The parameters of `send`: outputs as bits and as numbers, where to write, tables to read. */
export const sendParams = "bits out lateral table list rows groups";

type SendParams = ByWord<typeof sendParams, Local>;

function sendByTable(fn: Func, grouping: Grouping, p: SendParams): Code {
  const { send } = lookup(fn, grouping);
  return walkGroups(fn, grouping.group, p, {
    arrays: { bit: [fn.local("i32"), 1], lateral: [p.lateral, 4] },
    rowCounts: [2, 1],
    body: ({ bit, lateral }) => bit.flatMap((b, r) => send(bitsAt(p.bits, b), p.table, lateral[r])),
    after: p.table.increment(grouping.tableBytes),
  });
}

/** Calls `one` with every spiking unit, in order, of the group whose bits start at `bit`. */
export function forSpikes(
  fn: Func,
  group: number,
  bits: Local,
  bit: Local,
  one: (unit: Local) => Code,
): Code {
  const step = 24;
  const [word, unit, first, from] = fn.localArray("i32", 4);
  const each = (mask: number) => [
    ...word.set(i32.and(bitsAt(bits, from), mask)),
    ...fn.whileTrue(word, [
      unit.set(i32.add(first, i32.ctz(word))),
      word.set(i32.and(word, i32.sub(word, 1))),
      one(unit),
    ]),
  ];
  const full = Math.floor(group / step);
  const rest = group % step;
  return [
    ...from.set(bit),
    ...(full > 0
      ? fn.loop(first, 0, full * step, step, [each((1 << step) - 1), from.increment(step)])
      : first.set(0)),
    ...(rest > 0 ? each((1 << rest) - 1) : []),
  ];
}

/** Adds rows of weights: those of the units that spiked, or of all units, times their outputs. */
function sendByRows(fn: Func, grouping: Grouping, p: SendParams): Code {
  const { group, chunks, vectors, rowBytes, tableBytes } = grouping;
  const isDense = grouping.form === "dense";
  const most = isDense ? 4 : registerVectors;
  const [at, end, row, weights] = fn.localArray("i32", 4);
  const value = fn.local("v128");
  const sums = fn.localArray("v128", Math.min(most, vectors));
  const parts = fn.localArray("v128", sums.length);
  const listSpikes = (bit: Local) => [
    ...end.set(p.list),
    ...forSpikes(fn, group, p.bits, bit, (unit) => [
      ...i32.store(end, i32.add(weights, i32.mul(unit, rowBytes))),
      ...end.increment(4),
    ]),
  ];
  const addChunk = (c: number, source: Local, count: number, offset: Local) => {
    const addRow = times(count, (i) => {
      const weight = v128.load(row, 16 * i);
      return parts[i].set(f32x4.add(parts[i], isDense ? f32x4.mul(weight, value) : weight));
    });
    const [first, last] = [chunks[c], chunks[c + 1]].map((unit) => i32.add(source, 4 * unit));
    return sequence(
      times(count, (i) => parts[i].set(c === 0 ? v128.load(row, 16 * i) : 0)),
      isDense
        ? fn.loop(at, first, last, 4, [
          row.increment(rowBytes),
          value.set(v128.load32Splat(at)),
          addRow,
        ])
        : fn.loop(at, p.list, end, 4, [row.set(i32.add(i32.load(at), offset)), addRow]),
      times(count, (i) => sums[i].set(c === 0 ? parts[i] : f32x4.add(sums[i], parts[i]))),
    );
  };
  const send = (source: Local, lateral: Local) =>
    vectorRuns(fn, vectors, most, (count, offset, first) =>
      sequence(
        row.set(i32.add(p.table, offset)),
        times(chunks.length - 1, (c) => addChunk(c, source, count, offset)),
        row.set(i32.add(lateral, offset)),
        times(count, (i) => storeLanes(fn, row, sums[i].get, group - first - 4 * i, 16 * i)),
      ));
  return walkGroups(fn, group, p, {
    arrays: { source: isDense ? [p.out, 4] : [fn.local("i32"), 1], lateral: [p.lateral, 4] },
    before: weights.set(i32.add(p.table, rowBytes)),
    body: ({ source: [source], lateral: [lateral] }) => [
      ...(isDense ? [] : listSpikes(source)),
      ...send(source, lateral),
    ],
    after: p.table.increment(tableBytes),
  });
}

/** `send(...)`: the lateral currents that the outputs of a slab send. */
export const send = groupingFunc(
  "send",
  sendParams,
  (fn, grouping, p) => (grouping.form === "table" ? sendByTable : sendByRows)(fn, grouping, p),
);
