// One time step of a slab, block by block: charge, fire, reset. Where a few groups fill a block, it
// sends their lateral currents as well.
import type { Expr } from "@spikeloop/expr";
import {
  type Code,
  f32x4,
  type Func,
  i32,
  i32x4,
  type Local,
  namedFunc,
  printSimd,
  times,
  v128,
  when,
} from "@spikeloop/expr/wasm";
import type { ScanKernel } from "@spikeloop/backend";
import type { Wiring } from "../wiring.ts";
import { rowOffset } from "./lookup.ts";
import { blockBytes, packMasks, type PerUnit, UnitArrays } from "./unit_arrays.ts";
import { storeUnits } from "./walk_groups.ts";

/**
 * The parameters of `step`: addresses, the distances between arrays of states or parameters
 * (`arrayStride`) and between sequences of noise (`noiseStride`), and the slab's size in bytes.
 * `next` is where the next states go or, where states are written over, the value to keep.
 * `table` and `groups` are for steps that send.
 */
export const stepParams =
  "x out state next arrayStride lateral noise noiseStride params bits bytes table groups";

type Pointers<Name extends string> = Readonly<Record<Name, Local>>;

/** The addresses that a step reads and writes besides x and states. */
export interface StepOptions {
  /** Which parameters are given per unit. */
  readonly perUnit: PerUnit;
  /** There is a lateral current. */
  readonly lateral: boolean;
  /** Spikes are wanted as bits. */
  readonly bits: boolean;
  /** Outputs are wanted as numbers. */
  readonly out: boolean;
  /** The next state is written over the state. An address shared is an address checked once. */
  readonly inPlace: boolean;
  /** A value of the step to keep, with states in place. */
  readonly kept?: Expr;
}

/** The arrays of parameters that are given per unit. */
export function perUnitArrays(
  fn: Func,
  kernel: ScanKernel,
  perUnit: PerUnit,
  offset: Local,
  p: Pointers<"arrayStride" | "params">,
): UnitArrays {
  const arrays = new UnitArrays(fn, kernel, perUnit, offset);
  kernel.params.filter((_, i) => perUnit[i]).forEach((name, i) =>
    arrays.add(name, p.params, i, p.arrayStride)
  );
  return arrays;
}

/** The arrays that a step reads, and its pullback where nothing was kept. */
export function stepArrays(
  fn: Func,
  kernel: ScanKernel,
  { perUnit, lateral }: Pick<StepOptions, "perUnit" | "lateral">,
  offset: Local,
  p: Pointers<"x" | "state" | "arrayStride" | "lateral" | "noise" | "noiseStride" | "params">,
): UnitArrays {
  const arrays = perUnitArrays(fn, kernel, perUnit, offset, p);
  arrays.add("x", p.x);
  if (lateral) arrays.add("lateral", p.lateral);
  kernel.states.forEach((name, i) => arrays.add(name, p.state, i, p.arrayStride));
  kernel.noise.forEach((name, i) => arrays.add(name, p.noise, i, p.noiseStride));
  return arrays;
}

/** Where the results of a block are written. */
interface BlockResults {
  /** One per state. */
  readonly next: readonly Local[];
  readonly out?: Local;
  /** A value of the step to keep, and where. */
  readonly kept?: { readonly value: Expr; readonly at: Local };
  /** Locals for the masks of spikes, one per vector; none where they are not wanted. */
  readonly spiked: readonly Local[];
}

/** Code that charges and fires the vectors of a block. */
function fireBlock(
  fn: Func,
  kernel: ScanKernel,
  arrays: UnitArrays,
  vectors: number,
  { next, out, kept, spiked }: BlockResults,
): Code {
  const roots = [kernel.out, ...kernel.next, ...(kept ? [kept.value] : [])];
  return times(vectors, (i) => {
    const { input, loads } = arrays.bind(i);
    const { code, values: [value, ...states], masks } = printSimd(
      fn,
      roots,
      input,
      arrays.constant,
    );
    return [
      ...loads(),
      ...code,
      ...(spiked[i]?.set(masks[0] ?? f32x4.ne(value, 0)) ?? []),
      ...(out ? v128.store(out, value, 16 * i) : []),
      ...next.flatMap((at, s) => v128.store(at, states[s], 16 * i)),
      ...(kept ? v128.store(kept.at, states[next.length], 16 * i) : []),
    ];
  });
}

/** `step(...)`: one time step of a slab. It may touch up to 15 numbers past the slab's end. */
export function step(kernel: ScanKernel, options: StepOptions): Func {
  const { fn, p } = namedFunc("step", stepParams);
  const offset = fn.local("i32");
  const arrays = stepArrays(fn, kernel, options, offset, p);
  const next = kernel.states.map((name, i) =>
    options.inPlace ? arrays.at(name) : arrays.add(`next ${name}`, p.next, i, p.arrayStride)
  );
  const out = options.out ? arrays.add("out", p.out) : undefined;
  const kept = options.kept && { value: options.kept, at: arrays.add("value to keep", p.next) };
  const spiked = fn.localArray("v128", options.bits ? 4 : 0);
  const fire = fireBlock(fn, kernel, arrays, 4, { next, out, kept, spiked });
  return fn.emit(
    arrays.prologue(),
    fn.loop(offset, 0, p.bytes, blockBytes, [
      arrays.move(),
      fire,
      ...(options.bits ? [i32.store16(p.bits, packMasks(spiked)), p.bits.increment(2)] : []),
    ]),
  );
}

/**
 * Units of a block that sends: fewer leave it little to do, and spikes of more don't fit a word.
 */
const [fewestUnits, mostUnits] = [12, 28];

/**
 * How many groups make a block of whole vectors; 0 where no number will do. A slab's last block
 * reaches past its end by all of them but one, and there is room for 15 units. As a power of 2 it
 * divides the units that slabs are aligned to.
 */
export function groupsPerBlock({ form, group }: Wiring): number {
  if (form !== "table") return 0;
  for (let groups = 1; groups <= 16; groups *= 2) {
    const units = groups * group;
    if (units % 4 > 0 || units < fewestUnits) continue;
    return units <= mostUnits && units - group < 16 ? groups : 0;
  }
  return 0;
}

/** The bits of up to 28 spikes, from the masks of their vectors. */
function spikeBits(masks: readonly Local[]): Code {
  const packed = masks.length < 4 ? 0 : 4;
  return masks.slice(packed).reduce(
    (bits, mask, i) => {
      const more = i32x4.bitmask(mask);
      const at = packed + i;
      return at === 0 ? more : i32.or(bits, i32.shl(more, 4 * at));
    },
    packed > 0 ? packMasks(masks.slice(0, packed)) : [],
  );
}

/**
 * `step(...)` in one pass with sending: spikes stay in a word, by which the lateral current that
 * they send is looked up; it is written over the one that arrived. States are in place.
 */
export function stepAndSend(kernel: ScanKernel, wiring: Wiring, perUnit: PerUnit): Func {
  const { fn, p } = namedFunc("step", stepParams);
  const { group, chunks, chunkBytes, vectors, rowBytes, tableBytes } = wiring;
  const groups = groupsPerBlock(wiring);
  const offset = fn.local("i32");
  const arrays = stepArrays(fn, kernel, { perUnit, lateral: true }, offset, p);
  const out = arrays.add("out", p.out);
  const spiked = fn.localArray("v128", groups * group / 4);
  const next = kernel.states.map((name) => arrays.at(name));
  const fire = fireBlock(fn, kernel, arrays, spiked.length, { next, out, spiked });
  const [word, own, table, end] = fn.localArray("i32", 4);
  const entries = fn.localArray("i32", chunks.length - 1);
  const send = (g: number) => [
    ...own.set(i32.shrU(word, g * group)),
    ...entries.flatMap((entry, c) => {
      const offset = rowOffset(own, chunks[c], chunks[c + 1] - chunks[c], rowBytes);
      return entry.set(i32.add(table, offset));
    }),
    ...times(vectors, (i) => {
      const sum = entries.map((e, c) => v128.load(e, chunkBytes[c] + 16 * i))
        .reduce((a, b) => f32x4.add(a, b));
      return storeUnits(fn, arrays.at("lateral"), sum, g * group + 4 * i, (g + 1) * group);
    }),
    ...table.increment(tableBytes),
    ...when(i32.eq(table, end), table.set(p.table)), // the next row's first group
  ];
  return fn.emit(
    arrays.prologue(),
    table.set(p.table),
    end.set(i32.add(table, i32.mul(p.groups, tableBytes))),
    fn.loop(offset, 0, p.bytes, 4 * groups * group, [
      arrays.move(),
      fire,
      word.set(spikeBits(spiked)),
      times(groups, send),
    ]),
  );
}
