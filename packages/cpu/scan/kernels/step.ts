// One time step of a slab, strip by strip: charge, fire, reset. Where a few groups fill a strip, it
// sends their lateral currents as well.
import type { Expr } from "@spikeloop/expr";
import { bitmask, i32, namedFunc, packMasks, sequence, times, when } from "@spikeloop/expr/wasm";
import type { ByWord, Code, Func, Local } from "@spikeloop/expr/wasm";
import type { ScanKernel } from "@spikeloop/backend";
import type { Grouping } from "../grouping.ts";
import { lookup } from "./lookup.ts";
import { type PerUnit, type Stored, unitArrays } from "./unit_arrays.ts";

/**
 * The parameters of `step`: addresses, the distances between arrays of states or parameters
 * (`arrayStride`) and between sequences of noise (`noiseStride`), and the slab's size in bytes.
 * `next` is where the next states go unless they are written over. `table` and `groups` are for
 * steps that send.
 */
export const stepParams =
  "x out state next arrayStride lateral sendOffset noise noiseStride params bits bytes table groups";

/** The addresses that a step reads and writes besides x and states. */
export interface StepOptions {
  readonly perUnit: PerUnit;
  /** Decides whether there is a lateral current, and whether spikes are wanted as bits. */
  readonly grouping: Grouping;
  /** Outputs are wanted as numbers. */
  readonly out: boolean;
  /** The next state is written over the state. An address shared is an address checked once. */
  readonly inPlace: boolean;
  /** A value of the step to keep: it is written over x. */
  readonly keptValue?: Expr;
  /** The step sends in the same pass. `groupsPerStrip` says where it can. */
  readonly sends?: boolean;
}

/** The arrays that a step reads, and its pullback without a kept value; those of states. */
export function stepArrays(
  fn: Func,
  kernel: ScanKernel,
  { perUnit, lateral }: { readonly perUnit: PerUnit; readonly lateral: boolean },
  offset: Local,
  p: ByWord<"x state arrayStride lateral noise noiseStride params", Local>,
) {
  const arrays = unitArrays(fn, kernel, perUnit, offset, p);
  const x = arrays.add("x", p.x);
  const currents = lateral ? arrays.add("x", p.lateral) : undefined;
  const states = kernel.states.map((name, i) => arrays.add(name, p.state, i, p.arrayStride));
  kernel.noise.forEach((name, i) => arrays.add(name, p.noise, i, p.noiseStride));
  return { arrays, x, currents, states };
}

/** Appends a strip's spikes, given as masks, to `bits`. */
export function appendBits(bits: Local, masks: readonly Local[]): Code {
  return [...i32.store16(bits, packMasks(masks)), ...bits.increment(2)];
}

/** Units of a strip that sends: fewer leave it little to do. */
const fewestUnits = 12;
/** More spikes don't fit a word. */
const mostUnits = 28;

/**
 * How many groups make a strip of whole vectors; 0 where no number will do. A slab's last strip
 * reaches past its end by all of them but one, and there is room for 15 units. As a power of 2 it
 * divides the units that slabs are aligned to.
 */
export function groupsPerStrip({ form, group }: Grouping): number {
  const groups = [1, 2, 4, 8, 16].find((n) => n * group % 4 === 0 && n * group >= fewestUnits) ?? 0;
  const fits = groups * group <= mostUnits && (groups - 1) * group < 16;
  return form === "table" && fits ? groups : 0;
}

/**
 * Code that sends the lateral currents of a strip's groups, to run before the loop and in it: it
 * looks them up by the bits of the spikes, and writes them over those that arrived.
 */
function sendStrip(
  fn: Func,
  grouping: Grouping,
  spikes: readonly Local[],
  lateral: Local,
  p: ByWord<"sendOffset table groups", Local>,
): readonly [before: Code, inside: Code] {
  const { group, tableBytes } = grouping;
  const [word, table, end, to] = fn.localArray("i32", 4);
  const { send } = lookup(fn, grouping);
  const bits = spikes.map((mask, i) => i32.shl(bitmask.i32x4(mask), 4 * i));
  const before = [...table.set(p.table), ...end.set(i32.add(table, i32.mul(p.groups, tableBytes)))];
  const inside = sequence(
    word.set(bits.reduce((all, more) => i32.or(all, more))),
    to.set(i32.add(lateral, p.sendOffset)),
    times(groupsPerStrip(grouping), (g) => [
      ...send(i32.shrU(word, g * group), table, to, 4 * g * group),
      ...table.increment(tableBytes),
      ...when(i32.eq(table, end), table.set(p.table)), // the next row's first group
    ]),
  );
  return [before, inside];
}

/** `step(...)`: one time step of a slab. It may touch up to 15 numbers past the slab's end. */
export function step(kernel: ScanKernel, options: StepOptions): Func {
  const { fn, p } = namedFunc("step", stepParams);
  const { perUnit, grouping, inPlace, sends = false } = options;
  const lateral = grouping.form !== "none";
  const hasBits = grouping.form === "table" || grouping.form === "rows";
  const vectors = sends ? groupsPerStrip(grouping) * grouping.group / 4 : 4;
  const offset = fn.local("i32");
  const { arrays, x, currents, states } = stepArrays(fn, kernel, { perUnit, lateral }, offset, p);
  const next = inPlace
    ? states
    : kernel.states.map((name, i) => arrays.add(`next ${name}`, p.next, i, p.arrayStride));
  const stores = next.map((at, i): Stored => ({ at, value: kernel.next[i] }));
  if (options.out) stores.unshift({ at: arrays.add("out", p.out), value: kernel.out });
  if (options.keptValue) stores.push({ at: x, value: options.keptValue });
  const spikes = fn.localArray("v128", hasBits ? vectors : 0);
  const fire = arrays.compute(vectors, stores, spikes);
  const [before, after] = sends && currents
    ? sendStrip(fn, grouping, spikes, currents, p)
    : [[], hasBits ? appendBits(p.bits, spikes) : []];
  return fn.emit(
    arrays.prologue(),
    before,
    fn.loop(offset, 0, p.bytes, 16 * vectors, [arrays.move(), fire, after]),
  );
}
