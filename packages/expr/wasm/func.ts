import { type Body, type Code, Local, type Operand, sequence, type ValueType } from "./code.ts";
import { block, br, brIf, repeat } from "./control.ts";
import { i32 } from "./instructions.ts";

/**
 * A function under construction: its parameters, its locals and its code, to which `emit` appends.
 *
 * @example Add 1 to every number of memory from address 0 on, four at a time.
 * ```ts
 * import { f32x4, Func, instantiate, v128 } from "@spikeloop/expr/wasm";
 * import { assert } from "@std/assert";
 *
 * const fn = new Func("increment", ["i32"]);
 * const at = fn.local("i32");
 * fn.emit(fn.loop(at, 0, fn.param(0), 16, [
 *   v128.store(at, f32x4.add(v128.load(at), 1)),
 * ]));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const { increment } = instantiate([fn], memory);
 * increment(32);
 * assert(new Float32Array(memory.buffer)[7] === 1);
 * ```
 */
export class Func {
  /** The name under which it is exported. */
  declare readonly name: string;
  /** Its parameters. */
  declare readonly params: readonly Local[];
  /** The types of its results. */
  declare readonly results: readonly ValueType[];
  /** The locals after the parameters. */
  readonly locals: Local[] = [];
  /** Its code so far. */
  readonly body: number[] = [];
  readonly #constants = new Map<string, { local: Local; code: Code }>();

  /** An empty function. Its parameters are of these types, or so many i32. */
  constructor(
    name: string,
    params: readonly ValueType[] | number,
    results: readonly ValueType[] = [],
  ) {
    const types = typeof params === "number" ? Array(params).fill("i32") : params;
    this.name = name;
    this.params = types.map((type, i) => new Local(i, type));
    this.results = results;
  }

  /**
   * A parameter.
   *
   * @throws {RangeError} if the function has no such parameter.
   */
  param(index: number): Local {
    const local = this.params[index];
    if (local === undefined) {
      throw new RangeError(
        `Cannot read parameter ${index} of function "${this.name}": it has ${this.params.length}`,
      );
    }
    return local;
  }

  /** A new local, zero at first. */
  local(type: ValueType): Local {
    const local = new Local(this.params.length + this.locals.length, type);
    this.locals.push(local);
    return local;
  }

  /** Several new locals. */
  localArray(type: ValueType, count: number): Local[] {
    return Array.from({ length: count }, () => this.local(type));
  }

  /**
   * A local that holds a constant of 128 bits from the start. In a loop use it instead of the
   * constant's code, which engines compute anew in each turn.
   *
   * @example
   * ```ts
   * import { f32x4, Func, instantiate, v128 } from "@spikeloop/expr/wasm";
   * import { assert } from "@std/assert";
   *
   * const fn = new Func("halve", ["i32"]);
   * const at = fn.local("i32");
   * const half = fn.constant(f32x4.const(0.5));
   * fn.emit(fn.loop(at, 0, fn.param(0), 16, v128.store(at, f32x4.mul(v128.load(at), half))));
   * const memory = new WebAssembly.Memory({ initial: 1 });
   * const numbers = new Float32Array(memory.buffer, 0, 8).fill(3);
   * instantiate([fn], memory).halve(32);
   * assert(numbers[7] === 1.5);
   * ```
   */
  constant(code: Code): Local {
    const key = String.fromCharCode(...code);
    const known = this.#constants.get(key)?.local;
    if (known !== undefined) return known;
    const local = this.local("v128");
    this.#constants.set(key, { local, code });
    return local;
  }

  /** The code that gives the constants their values, before its other code. */
  get start(): Code {
    return sequence(...[...this.#constants.values()].map(({ local, code }) => local.set(code)));
  }

  /**
   * Appends code, or the value of a local.
   *
   * @returns The function.
   */
  emit(...parts: readonly (Body | Local)[]): this {
    for (const byte of sequence(...parts)) this.body.push(byte);
    return this;
  }

  /**
   * Runs `body` for `i` = from, from + step, ... while i < to (unsigned), perhaps never. `to` and
   * `step` are computed anew in each turn: keep a costly one in a local. Inside, `br(1)` leaves the
   * loop.
   */
  loop(i: Local, from: Operand, to: Operand, step: Operand, body: Body): Code {
    return sequence(
      i.set(from),
      block(
        brIf(i32.geU(i, to), 0),
        repeat(body, i.increment(step), brIf(i32.ltU(i, to), 0)),
      ),
    );
  }

  /** Runs `body` again and again while `condition` is not 0. */
  whileTrue(condition: Operand, body: Body): Code {
    return block(repeat(brIf(i32.eqz(condition), 1), body, br(0)));
  }
}
