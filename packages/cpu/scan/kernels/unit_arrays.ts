import {
  type Code,
  f32x4,
  type Func,
  i16x8,
  i32,
  i8x16,
  type Local,
  type Operand,
  v128,
} from "@spikeloop/expr/wasm";
import type { ScanKernel } from "@spikeloop/backend";
import { mostScalars } from "../memory.ts";

/** Bytes of 16 units: a block of an elementwise loop. */
export const blockBytes = 64;

/** The bits of a block's units, from its four lane masks. */
export function packMasks([a, b, c, d]: readonly Operand[]): Code {
  return i8x16.bitmask(i8x16.narrowI16x8S(i16x8.narrowI32x4S(a, b), i16x8.narrowI32x4S(c, d)));
}

/** Which parameters of a kernel are given per unit; the others are numbers. */
export type PerUnit = readonly boolean[];

/**
 * The arrays that an elementwise loop over a slab reads and writes, each with a local that points
 * to the 16 units of the present block. Parameters that are numbers stay in locals.
 */
export class UnitArrays {
  readonly #fn: Func;
  readonly #kernel: ScanKernel;
  readonly #perUnit: PerUnit;
  readonly #offset: Local;
  readonly #pointers = new Map<string, Local>();
  readonly #scalars = new Map<number, Local>();
  readonly #constants = new Map<number, Local>();
  readonly #moves: Code[] = [];

  /** `offset` counts the bytes from the slab's start to the block. */
  constructor(fn: Func, kernel: ScanKernel, perUnit: PerUnit, offset: Local) {
    if (kernel.params.length > mostScalars) {
      throw new RangeError(
        `Cannot compile neuron "${kernel.name}": ${kernel.params.length} parameters, expected at most ${mostScalars}`,
      );
    }
    this.#fn = fn;
    this.#kernel = kernel;
    this.#perUnit = perUnit;
    this.#offset = offset;
  }

  /** Adds the array at base + index · stride. */
  add(name: string, base: Local, index = 0, stride?: Local): Local {
    const at = this.#fn.local("i32");
    const start = i32.add(base, this.#offset);
    const isFirst = index === 0 || stride === undefined;
    this.#moves.push(at.set(isFirst ? start : i32.add(start, i32.mul(stride, index))));
    this.#pointers.set(name, at);
    return at;
  }

  /** The pointer to an array that was added. */
  at(name: string): Local {
    const local = this.#pointers.get(name);
    if (local === undefined) {
      throw new TypeError(`Cannot compile neuron "${this.#kernel.name}": no array "${name}"`);
    }
    return local;
  }

  /** Reads a constant from a local: engines would make it anew at each use. */
  readonly constant = (value: number): Code => {
    if (value === 0) return f32x4.const(value); // costs one instruction; and a map takes -0 for 0
    return this.#vector(this.#constants, value).get;
  };

  /** Code to run before the loop; it is known once the loop's body is. */
  prologue(): Code {
    return [
      ...[...this.#constants].flatMap(([value, local]) => local.set(value)),
      ...[...this.#scalars].flatMap(([i, local]) => local.set(v128.load32Splat(0, 4 * i))),
    ];
  }

  /** Code to run at the start of each block. */
  move(): Code {
    return this.#moves.flat();
  }

  /**
   * Binds the inputs of expressions for the `i`-th vector of the block: `loads` loads once what is
   * read and must run first. `x` includes the lateral current, `g.out` the cotangent that comes
   * back from it. Arrays that no neuron names have a space or a dot in their names.
   */
  bind(i: number): { readonly input: (name: string) => Code; readonly loads: () => Code } {
    const loads: Code[] = [];
    const from = (name: string) => {
      const at = this.#pointers.get(name);
      return at === undefined ? undefined : v128.load(at, 16 * i);
    };
    const input = (name: string) => {
      const param = this.#kernel.params.indexOf(name);
      if (param >= 0 && !this.#perUnit[param]) return this.#vector(this.#scalars, param).get;
      const more = from(name === "x" ? "lateral" : name === "g.out" ? "pulled cotangent" : "");
      const own = from(name) ?? f32x4.const(0);
      const local = this.#fn.local("v128");
      loads.push(local.set(more === undefined ? own : f32x4.add(own, more)));
      return local.get;
    };
    return { input, loads: () => loads.flat() };
  }

  #vector(locals: Map<number, Local>, key: number): Local {
    let local = locals.get(key);
    if (local === undefined) locals.set(key, local = this.#fn.local("v128"));
    return local;
  }
}
