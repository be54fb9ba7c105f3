// One time step of a slab of units: 16 units per turn, four vectors, whatever population they belong to.
import type { Expr } from "@spikeloop/expr";
import {
  type Code,
  f32x4,
  type Func,
  i32,
  type Local,
  printSimd,
  v128,
} from "@spikeloop/expr/wasm";
import type { ScanKernel } from "@spikeloop/backend";
import { namedFunc, packMasks, times } from "./func.ts";
import { type PerUnit, SlabArrays, turnBytes } from "./slab_arrays.ts";

/**
 * What `step` is given. `slab` is the distance from one state to the next, and from one parameter per unit to the
 * next; `noiseSlab` that from one noise sequence to the next. `next` is where the next state goes or, where states
 * are written over, the value to keep. `table` and `pops` are for steps that send (`emitStepAndSend`).
 */
export const stepParams = [
  "x",
  "out",
  "state",
  "next",
  "slab",
  "lateral",
  "noise",
  "noiseSlab",
  "params",
  "bits",
  "bytes",
  "table",
  "pops",
] as const;

/** What a step reads and writes besides x and states. */
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
  p: Readonly<Record<"slab" | "params", Local>>,
): SlabArrays {
  const arrays = new SlabArrays(fn, kernel, perUnit, offset);
  kernel.params.filter((_, i) => perUnit[i]).forEach((name, i) =>
    arrays.add(name, p.params, i, p.slab)
  );
  return arrays;
}

/** The arrays that a step reads, and its pullback where nothing was kept. */
export function stepArrays(
  fn: Func,
  kernel: ScanKernel,
  { perUnit, lateral }: Pick<StepOptions, "perUnit" | "lateral">,
  offset: Local,
  p: Readonly<
    Record<"x" | "state" | "slab" | "lateral" | "noise" | "noiseSlab" | "params", Local>
  >,
): SlabArrays {
  const arrays = perUnitArrays(fn, kernel, perUnit, offset, p);
  arrays.add("x", p.x);
  if (lateral) arrays.add("lateral", p.lateral);
  kernel.states.forEach((name, i) => arrays.add(name, p.state, i, p.slab));
  kernel.noise.forEach((name, i) => arrays.add(name, p.noise, i, p.noiseSlab));
  return arrays;
}

/** Where a turn writes what its units come to. */
export interface TurnResults {
  /** One per state. */
  readonly next: readonly Local[];
  readonly out?: Local;
  /** A value of the step to keep, and where. */
  readonly kept?: { readonly value: Expr; readonly at: Local };
  /** Locals for the masks of spikes, one per vector; none where they are not wanted. */
  readonly spiked: readonly Local[];
}

/** Code that charges and fires the vectors of a turn. */
export function fireTurn(
  fn: Func,
  kernel: ScanKernel,
  arrays: SlabArrays,
  vectors: number,
  { next, out, kept, spiked }: TurnResults,
): Code {
  return times(vectors, (i) => {
    const { input, loads } = arrays.bind(i);
    const { code, values: [value, ...states], masks } = printSimd(
      fn,
      [kernel.out, ...kernel.next, ...(kept ? [kept.value] : [])],
      input,
      arrays.constant,
    );
    return [
      ...loads(),
      ...code,
      ...(spiked[i]?.set(masks[0] ?? f32x4.ne(value, f32x4.const(0))) ?? []),
      ...(out ? v128.store(out.get, value, 16 * i) : []),
      ...next.flatMap((at, s) => v128.store(at.get, states[s], 16 * i)),
      ...(kept ? v128.store(kept.at.get, states[next.length], 16 * i) : []),
    ];
  });
}

/**
 * `step(...)`: one time step of a slab. It takes 16 units at a time and so may touch up to 15 numbers past the slab's
 * end.
 */
export function emitStep(kernel: ScanKernel, options: StepOptions): Func {
  const { fn, p } = namedFunc("step", stepParams);
  const offset = fn.local("i32");
  const arrays = stepArrays(fn, kernel, options, offset, p);
  const next = kernel.states.map((name, i) =>
    options.inPlace ? arrays.at(name) : arrays.add(`next ${name}`, p.next, i, p.slab)
  );
  const out = options.out ? arrays.add("out", p.out) : undefined;
  const kept = options.kept && { value: options.kept, at: arrays.add("value to keep", p.next) };
  const spiked = fn.localArray("v128", options.bits ? 4 : 0);
  const body = fireTurn(fn, kernel, arrays, 4, { next, out, kept, spiked });
  fn.emit(
    arrays.prologue(),
    fn.loop(offset, 0, p.bytes.get, turnBytes, [
      arrays.move(),
      body,
      ...(options.bits
        ? [i32.store16(p.bits.get, packMasks(spiked.map((s) => s.get))), p.bits.increment(2)]
        : []),
    ]),
  );
  return fn;
}
