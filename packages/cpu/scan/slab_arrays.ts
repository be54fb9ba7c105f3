import { type Code, f32x4, type Func, i32, type Local, v128 } from "@spikeloop/expr/wasm";
import type { ScanKernel } from "@spikeloop/backend";

/** Bytes of 16 units: what one turn of an elementwise loop takes. */
export const turnBytes = 64;

/** Which parameters of a kernel are given per unit; the others are numbers. */
export type PerUnit = readonly boolean[];

/**
 * The arrays that an elementwise loop over a slab of units walks, each with a local that points to this turn's 16
 * units. The numbers among the parameters lie at address 0, four bytes each, and stay in locals.
 */
export class SlabArrays {
  readonly #fn: Func;
  readonly #kernel: ScanKernel;
  readonly #offset: Local;
  readonly #pointers = new Map<string, Local>();
  readonly #numbers: readonly string[];
  readonly #scalars = new Map<string, Local>();
  readonly #constants = new Map<number, Local>();
  readonly #moves: Code[] = [];

  /** `offset` counts the bytes of a turn from the slab's start. */
  constructor(fn: Func, kernel: ScanKernel, perUnit: PerUnit, offset: Local) {
    this.#fn = fn;
    this.#kernel = kernel;
    this.#offset = offset;
    this.#numbers = kernel.params.filter((_, i) => !perUnit[i]);
  }

  /** The array at base + index · stride. */
  add(name: string, base: Local, index = 0, stride?: Local): Local {
    const at = this.#fn.local("i32");
    const start = i32.add(base.get, this.#offset.get);
    this.#moves.push(at.set(
      index === 0 || stride === undefined
        ? start
        : i32.add(start, i32.mul(stride.get, i32.const(index))),
    ));
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

  /** Code that reads a constant from the local that holds it: engines would make it anew at each use. */
  readonly constant = (value: number): Code => {
    if (value === 0) return f32x4.const(value); // costs one instruction; and a map takes -0 for 0
    let local = this.#constants.get(value);
    if (local === undefined) this.#constants.set(value, local = this.#fn.local("v128"));
    return local.get;
  };

  /** The local of a number, loaded before the loop: numbers that the loop does not read are not. */
  #scalar(name: string): Local {
    let local = this.#scalars.get(name);
    if (local === undefined) this.#scalars.set(name, local = this.#fn.local("v128"));
    return local;
  }

  /** To run before the loop; made after its body. */
  prologue(): Code {
    return [
      ...[...this.#constants].flatMap(([value, local]) => local.set(f32x4.const(value))),
      ...this.#kernel.params.flatMap((name, i) =>
        this.#scalars.get(name)?.set(v128.load32Splat(i32.const(0), 4 * i)) ?? []
      ),
    ];
  }

  /** To run at the start of each turn. */
  move(): Code {
    return this.#moves.flat();
  }

  /**
   * Binds the inputs of expressions for the `i`-th vector of the turn: what is read is loaded once, by `loads`, which
   * must run first. The input `x` comes with the lateral current, and `g.out` with what comes back from it.
   */
  bind(i: number): { readonly input: (name: string) => Code; readonly loads: () => Code } {
    const loads: Code[] = [];
    const from = (name: string) => {
      const at = this.#pointers.get(name);
      return at === undefined ? undefined : v128.load(at.get, 16 * i);
    };
    const input = (name: string) => {
      if (this.#numbers.includes(name)) return this.#scalar(name).get;
      const more = from(name === "x" ? "lateral" : name === "g.out" ? "what comes back" : "");
      const own = from(name) ?? f32x4.const(0);
      const local = this.#fn.local("v128");
      loads.push(local.set(more === undefined ? own : f32x4.add(own, more)));
      return local.get;
    };
    return { input, loads: () => loads.flat() };
  }
}
