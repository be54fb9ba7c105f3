import type { Expr } from "@spikeloop/expr";
import { f32x4, i32, printSimd, times, v128 } from "@spikeloop/expr/wasm";
import type { Code, Func, Local } from "@spikeloop/expr/wasm";
import type { ScanKernel } from "@spikeloop/backend";
import { mostScalars } from "../memory.ts";

/** Bytes of 16 units: a strip of an elementwise loop. */
export const stripBytes = 64;

/** Which parameters of a kernel are given per unit; the others are numbers. */
export type PerUnit = readonly boolean[];

/** A value, and the pointer to where it is stored, or added to what is there. */
export interface Stored {
  readonly at: Local;
  readonly value: Expr;
  readonly adds?: boolean;
}

/**
 * The arrays that an elementwise loop over a slab reads and writes, each with a local that points
 * to the 16 units of the present strip: those of the parameters per unit, and those that are added.
 * Parameters that are numbers stay in locals. `offset` counts the bytes from the slab's start to
 * the strip.
 */
export function unitArrays(
  fn: Func,
  kernel: ScanKernel,
  perUnit: PerUnit,
  offset: Local,
  p: Readonly<Record<"params" | "arrayStride", Local>>,
) {
  if (kernel.params.length > mostScalars) {
    throw new RangeError(
      `Cannot compile neuron "${kernel.name}": ${kernel.params.length} parameters, expected at most ${mostScalars}`,
    );
  }
  const pointers = new Map<string, Local[]>();
  const scalars = new Map<number, Local>();
  const moves: Code[] = [];
  const scalarAt = (param: number): Code => {
    let local = scalars.get(param);
    if (local === undefined) scalars.set(param, local = fn.local("v128"));
    return local.get;
  };
  /**
   * Adds the array at base + index · stride, and returns the pointer. Expressions read the sum of
   * arrays of one name.
   */
  const add = (name: string, base: Local, index = 0, stride?: Local): Local => {
    const at = fn.local("i32");
    const start = i32.add(base, offset);
    const isFirst = index === 0 || stride === undefined;
    moves.push(at.set(isFirst ? start : i32.add(start, i32.mul(stride, index))));
    pointers.set(name, [...pointers.get(name) ?? [], at]);
    return at;
  };
  kernel.params.filter((_, i) => perUnit[i])
    .forEach((name, i) => add(name, p.params, i, p.arrayStride));
  return {
    add,
    /** Code to run before the loop; it is known once the loop's body is. */
    prologue: (): Code =>
      [...scalars].flatMap(([i, local]) => local.set(v128.load32Splat(0, 4 * i))),
    /** Code to run at the start of each strip. */
    move: (): Code => moves.flat(),
    /**
     * Code that computes a strip of so many vectors: it stores values, and leaves in `spikes`,
     * unless that is empty, masks of where the outputs are not 0. The value in `known` is
     * read, not computed.
     */
    compute: (
      vectors: number,
      stores: readonly Stored[],
      spikes: readonly Local[],
      known?: readonly [value: Expr, array: string],
    ): Code =>
      times(vectors, (i) => {
        const loads: Code[] = [];
        const input = (name: string): Code => {
          const param = kernel.params.indexOf(name);
          if (param >= 0 && !perUnit[param]) return scalarAt(param);
          const parts = (pointers.get(name) ?? []).map((at) => v128.load(at, 16 * i));
          const local = fn.local("v128");
          loads.push(local.set(parts.reduce((a, b) => f32x4.add(a, b))));
          return local.get;
        };
        const roots = [
          ...stores.map(({ value }) => value),
          ...spikes.length > 0 ? [kernel.out] : [],
        ];
        const locals = new Map(known && [[known[0], input(known[1])]]);
        const { code, values, masks } = printSimd(fn, roots, input, vectors, locals);
        const last = stores.length;
        return [
          ...loads.flat(),
          ...code,
          ...stores.flatMap(({ at, adds }, r) => {
            const sum = adds ? f32x4.add(v128.load(at, 16 * i), values[r]) : values[r];
            return v128.store(at, sum, 16 * i);
          }),
          ...spikes[i]?.set(masks[last] ?? f32x4.ne(values[last], 0)) ?? [],
        ];
      }),
  };
}
