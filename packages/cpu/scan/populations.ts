// How kernels walk the populations of a slab: one population after another, its rows inside, so that what belongs to
// the population stays in the first-level cache; several rows at a time, so that their sums do not wait for each other.
import {
  block,
  br,
  brIf,
  type Code,
  type Func,
  i32,
  type Local,
  repeat,
  v128,
} from "@spikeloop/expr/wasm";

/** An array over a slab: where it starts, and how far apart two populations are, in bytes (or bits). */
export interface WalkedArray {
  readonly start: Local;
  readonly unitSize: number;
  /** How far back the step before is, where several time steps are walked. */
  readonly stride?: Local;
}

/** What to walk. */
export interface Walk<Name extends string> {
  readonly fn: Func;
  /** P. */
  readonly group: number;
  readonly rows: Local;
  readonly pops: Local;
  /** Time steps, the latest first: those of a population before the next population; one if missing. */
  readonly steps?: Local;
  /** The arrays [rows, D] that the body reads or writes. */
  readonly arrays: Readonly<Record<Name, WalkedArray>>;
  /** How many rows to take at a time, the largest first and 1 at last. */
  readonly blocks: readonly number[];
  /** Run for every population before its rows. */
  readonly before?: Code;
  /** Run for every block of rows; `at` gives, per array, where the population lies in each of the rows. */
  readonly body: (at: Readonly<Record<Name, readonly Local[]>>) => Code;
  /** Run for every population after its rows. */
  readonly after?: Code;
}

/** Code that walks the populations of a slab. */
export function walkPopulations<Name extends string>(walk: Walk<Name>): Code {
  const { fn, group, rows, pops, blocks, before = [], after = [] } = walk;
  const names = Object.keys(walk.arrays) as Name[];
  const [pop, left, units] = fn.localArray("i32", 3);
  const arrays = names.map((name) => {
    const { start, unitSize } = walk.arrays[name];
    return {
      name,
      first: start,
      step: group * unitSize,
      now: walk.steps === undefined ? start : fn.local("i32"),
      stride: walk.arrays[name].stride,
      at: fn.localArray("i32", blocks[0]),
      row: fn.local("i32"),
      rowSize: i32.mul(units.get, i32.const(unitSize)),
    };
  });
  const rowLoops = blocks.flatMap((size) => {
    const at = Object.fromEntries(arrays.map((a) => [a.name, a.at.slice(0, size)]));
    return block(repeat(
      brIf(i32.ltU(left.get, i32.const(size)), 1),
      walk.body(at as Record<Name, Local[]>),
      ...arrays.map((a) => setRows(a.at, i32.add(a.at[size - 1].get, a.row.get), a.row)),
      left.increment(-size),
      br(0),
    ));
  });
  const step = [
    ...left.set(rows.get),
    ...arrays.flatMap((a) => setRows(a.at, a.now.get, a.row)),
    ...rowLoops,
  ];
  const t = fn.local("i32");
  const allSteps = walk.steps === undefined ? step : [
    ...arrays.flatMap((a) => a.now.set(a.first.get)),
    ...fn.loop(t, 0, walk.steps.get, 1, [
      step,
      ...arrays.map((a) => a.stride ? a.now.set(i32.sub(a.now.get, a.stride.get)) : []),
    ]),
  ];
  return [
    ...units.set(i32.mul(pops.get, i32.const(group))),
    ...arrays.flatMap((a) => a.row.set(a.rowSize)),
    ...fn.loop(pop, 0, pops.get, 1, [
      before,
      allSteps,
      after,
      ...arrays.map((a) => a.first.increment(a.step)),
    ]),
  ];
}

/** Points at consecutive rows, the first at `first`. */
function setRows(at: readonly Local[], first: Code, row: Local): Code {
  return at.flatMap((local, r) => local.set(r === 0 ? first : i32.add(at[r - 1].get, row.get)));
}

/** Stores the vector of a population's numbers from unit `first` on, and nothing past its last unit. */
export function storeUnits(fn: Func, to: Local, value: Code, first: number, group: number): Code {
  const lanes = group - first;
  if (lanes >= 4) return v128.store(to.get, value, 4 * first);
  const held = fn.local("v128");
  return [
    ...held.set(value),
    ...(lanes & 2 ? v128.store64Lane(to.get, held.get, 0, 4 * first) : []),
    ...(lanes & 1 ? v128.store32Lane(to.get, held.get, lanes - 1, 4 * (first + lanes - 1)) : []),
  ];
}
