// How kernels walk the groups of a slab: one group after another, its rows inside, so that what
// belongs to the group stays in the first-level cache; several rows at a time, so that their sums
// do not wait for each other.
import { block, br, brIf, i32, repeat, sequence } from "@spikeloop/expr/wasm";
import type { ByWord, Code, Func, Local } from "@spikeloop/expr/wasm";

/** An array over a slab: where it starts, and how far apart two units are, in bytes (or bits). */
export type WalkedArray = readonly [start: Local, unitSize: number];

export interface Walk<Name extends string> {
  /** The arrays [rows, D] that the body reads or writes. */
  readonly arrays: Readonly<Record<Name, WalkedArray>>;
  /** How many rows to take at a time, the largest first and 1 at last: only 1 without it. */
  readonly rowCounts?: readonly number[];
  readonly before?: Code;
  /** Run for some rows of a group; `at` holds, per array, the group's address in each of them. */
  readonly body: (at: Readonly<Record<Name, readonly Local[]>>) => Code;
  readonly after: Code;
}

/** Code that walks the groups of a slab. */
export function walkGroups<Name extends string>(
  fn: Func,
  group: number,
  { rows, groups }: ByWord<"rows groups", Local>,
  walk: Walk<Name>,
): Code {
  const { rowCounts = [1], before = [], after } = walk;
  const names = Object.keys(walk.arrays) as Name[];
  const [g, remaining, units] = fn.localArray("i32", 3);
  const arrays = names.map((name) => {
    const [first, unitSize] = walk.arrays[name];
    return { name, first, unitSize, at: fn.localArray("i32", rowCounts[0]), row: fn.local("i32") };
  });
  const rowLoops = rowCounts.flatMap((size) => {
    const at = Object.fromEntries(arrays.map((a) => [a.name, a.at.slice(0, size)]));
    return block(repeat(
      brIf(i32.ltU(remaining, size), 1),
      walk.body(at as Record<Name, Local[]>),
      ...arrays.map((a) => setRows(a.at, i32.add(a.at[size - 1], a.row), a.row)),
      remaining.increment(-size),
      br(0),
    ));
  });
  return sequence(
    units.set(i32.mul(groups, group)),
    ...arrays.map((a) => a.row.set(i32.mul(units, a.unitSize))),
    fn.loop(g, 0, groups, 1, [
      before,
      remaining.set(rows),
      ...arrays.map((a) => setRows(a.at, a.first.get, a.row)),
      rowLoops,
      after,
      ...arrays.map((a) => a.first.increment(group * a.unitSize)),
    ]),
  );
}

/** Points at consecutive rows, the first at `first`. */
function setRows(at: readonly Local[], first: Code, row: Local): Code {
  return at.flatMap((local, r) => local.set(r === 0 ? first : i32.add(at[r - 1], row)));
}

/** The most vectors whose sums stay in registers. */
export const registerVectors = 8;

/**
 * Calls `one` for runs of at most `most` vectors of a group: `offset` holds the bytes before the
 * run. `first` is a unit such that, in the last run, the run's units start there.
 */
export function vectorRuns(
  fn: Func,
  vectors: number,
  most: number,
  one: (count: number, offset: Local, first: number) => Code,
): Code {
  const offset = fn.local("i32");
  const full = Math.floor((vectors - 1) / most);
  return [
    ...(full > 0 ? fn.loop(offset, 0, 16 * most * full, 16 * most, one(most, offset, 0)) : []),
    ...offset.set(16 * most * full),
    ...one(vectors - most * full, offset, 4 * most * full),
  ];
}
