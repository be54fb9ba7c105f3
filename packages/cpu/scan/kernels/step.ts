// One time step of a slab, block by block: charge, fire, reset. Where a few groups fill a block, it
// sends their lateral currents as well.
import type { Expr } from "@spikeloop/expr";
import { bitmask, f32x4, i32, namedFunc, packMasks, printSimd } from "@spikeloop/expr/wasm";
import { sequence, times, v128, when } from "@spikeloop/expr/wasm";
import type { ByWord, Code, Func, Local } from "@spikeloop/expr/wasm";
import type { ScanKernel } from "@spikeloop/backend";
import type { Wiring } from "../wiring.ts";
import { lookup } from "./lookup.ts";
import { type PerUnit, unitArrays } from "./unit_arrays.ts";

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
  readonly wiring: Wiring;
  /** Outputs are wanted as numbers. */
  readonly out: boolean;
  /** The next state is written over the state. An address shared is an address checked once. */
  readonly inPlace: boolean;
  /** A value of the step to keep: it is written over x. */
  readonly keptValue?: Expr;
  /** The step sends in the same pass. `groupsPerBlock` says where it can. */
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

/** Appends a block's spikes, given as masks, to `bits`. */
export function appendBits(bits: Local, masks: readonly Local[]): Code {
  return [...i32.store16(bits, packMasks(masks)), ...bits.increment(2)];
}

/** Units of a block that sends: fewer leave it little to do. */
const fewestUnits = 12;
/** More spikes don't fit a word. */
const mostUnits = 28;

/**
 * How many groups make a block of whole vectors; 0 where no number will do. A slab's last block
 * reaches past its end by all of them but one, and there is room for 15 units. As a power of 2 it
 * divides the units that slabs are aligned to.
 */
export function groupsPerBlock({ form, group }: Wiring): number {
  const groups = [1, 2, 4, 8, 16].find((n) => n * group % 4 === 0 && n * group >= fewestUnits) ?? 0;
  const fits = groups * group <= mostUnits && (groups - 1) * group < 16;
  return form === "table" && fits ? groups : 0;
}

/** The bits of up to 28 spikes, from the masks of their vectors. */
function spikeBits(masks: readonly Local[]): Code {
  const bits = masks.map((mask, i) => i32.shl(bitmask.i32x4(mask), 4 * i));
  return bits.reduce((all, more) => i32.or(all, more));
}

/**
 * Code that sends the lateral currents of a block's groups, to run before the loop and in it: what
 * the spikes send is looked up by their bits and written over the current that arrived.
 */
function sendBlock(
  fn: Func,
  wiring: Wiring,
  spikes: readonly Local[],
  lateral: Local,
  p: ByWord<"sendOffset table groups", Local>,
): readonly [before: Code, inside: Code] {
  const { group, tableBytes } = wiring;
  const [word, table, end, to] = fn.localArray("i32", 4);
  const { send } = lookup(fn, wiring);
  const before = [
    ...table.set(p.table),
    ...end.set(i32.add(table, i32.mul(p.groups, tableBytes))),
  ];
  const inside = sequence(
    word.set(spikeBits(spikes)),
    to.set(i32.add(lateral, p.sendOffset)),
    times(groupsPerBlock(wiring), (g) => [
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
  const { perUnit, wiring, inPlace, sends = false } = options;
  const lateral = wiring.form !== "none";
  const hasBits = wiring.form === "table" || wiring.form === "rows";
  const vectors = sends ? groupsPerBlock(wiring) * wiring.group / 4 : 4;
  const offset = fn.local("i32");
  const { arrays, x, currents, states } = stepArrays(fn, kernel, { perUnit, lateral }, offset, p);
  const next = inPlace
    ? states
    : kernel.states.map((name, i) => arrays.add(`next ${name}`, p.next, i, p.arrayStride));
  const targets = options.out ? [arrays.add("out", p.out), ...next] : next;
  if (options.keptValue) targets.push(x);
  const spikes = fn.localArray("v128", hasBits ? vectors : 0);
  const roots = [kernel.out, ...kernel.next, ...(options.keptValue ? [options.keptValue] : [])];
  const fire = times(vectors, (i) => {
    const { input, loads } = arrays.bind(i);
    const { code, values, masks } = printSimd(fn, roots, input, vectors);
    const stored = options.out ? values : values.slice(1);
    return [
      ...loads(),
      ...code,
      ...(spikes[i]?.set(masks[0] ?? f32x4.ne(values[0], 0)) ?? []),
      ...targets.flatMap((at, r) => v128.store(at, stored[r], 16 * i)),
    ];
  });
  const [before, after] = sends && currents
    ? sendBlock(fn, wiring, spikes, currents, p)
    : [[], hasBits ? appendBits(p.bits, spikes) : []];
  return fn.emit(
    arrays.prologue(),
    before,
    fn.loop(offset, 0, p.bytes, 16 * vectors, [arrays.move(), fire, after]),
  );
}
