import { type Code, unsigned, type ValueType } from "./code.ts";
import { block, br, brIf, repeat } from "./control.ts";
import { i32 } from "./instructions/i32.ts";

/**
 * A local variable of a function.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, i32, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("triple", ["i32"], ["i32"]);
 * const [x, sum] = [fn.param(0), fn.local("i32")];
 * fn.emit(sum.set(i32.add(x.get, x.get)), i32.add(sum.get, x.get));
 * const { triple } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(triple(5), 15);
 * ```
 */
export class Local {
  /** Its number. */
  readonly index: number;
  /** What it holds. */
  readonly type: ValueType;
  /** Code that reads it. */
  readonly get: Code;

  /** Made by `Func.local`. */
  constructor(index: number, type: ValueType) {
    this.index = index;
    this.type = type;
    this.get = [0x20, ...unsigned(index)];
  }

  /** Code that writes it. */
  set(value: Code): Code {
    return [...value, 0x21, ...unsigned(this.index)];
  }

  /** Code that writes it and leaves the value. */
  tee(value: Code): Code {
    return [...value, 0x22, ...unsigned(this.index)];
  }

  /** Code that adds a number to an i32. */
  increment(by: number): Code {
    return this.set(i32.add(this.get, i32.const(by)));
  }
}

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
 * fn.emit(fn.loop(at, 0, fn.param(0).get, 16, [
 *   v128.store(at.get, f32x4.add(v128.load(at.get), f32x4.const(1))),
 * ]));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const { increment } = instantiate([fn], memory);
 * increment(32);
 * assert(new Float32Array(memory.buffer)[7] === 1);
 * ```
 */
export class Func {
  /** The name under which it is exported. */
  readonly name: string;
  /** The types of its parameters. */
  readonly params: readonly ValueType[];
  /** The types of its results. */
  readonly results: readonly ValueType[];
  /** The locals after the parameters. */
  readonly locals: Local[] = [];
  /** Its code so far. */
  readonly body: number[] = [];
  readonly #params: readonly Local[];

  /** An empty function. */
  constructor(name: string, params: readonly ValueType[], results: readonly ValueType[] = []) {
    this.name = name;
    this.params = params;
    this.results = results;
    this.#params = params.map((type, i) => new Local(i, type));
  }

  /**
   * A parameter, as a local.
   *
   * @throws {RangeError} if the function has no such parameter.
   */
  param(index: number): Local {
    const local = this.#params[index];
    if (local === undefined) {
      throw new RangeError(
        `Cannot read parameter ${index} of function "${this.name}": it has ${this.params.length}`,
      );
    }
    return local;
  }

  /** A new local, zero at first. */
  local(type: ValueType): Local {
    const made = new Local(this.params.length + this.locals.length, type);
    this.locals.push(made);
    return made;
  }

  /** Several new locals. */
  localArray(type: ValueType, count: number): Local[] {
    return Array.from({ length: count }, () => this.local(type));
  }

  /** Appends code. */
  emit(...parts: readonly Code[]): void {
    for (const part of parts) for (const byte of part) this.body.push(byte);
  }

  /**
   * Runs `body` for `i` = from, from + step, ... while i < to (unsigned); it may not run at all. `to` and `step` are
   * read anew in each turn: keep what is costly in a local. Inside, `br(1)` leaves the loop.
   */
  loop(
    i: Local,
    from: number | Code,
    to: number | Code,
    step: number | Code,
    body: readonly Code[],
  ): Code {
    const code = (n: number | Code) => typeof n === "number" ? i32.const(n) : n;
    return [
      ...i.set(code(from)),
      ...block(
        brIf(i32.geU(i.get, code(to)), 0),
        repeat(
          ...body,
          i.set(i32.add(i.get, code(step))),
          brIf(i32.ltU(i.get, code(to)), 0),
        ),
      ),
    ];
  }

  /** Runs `body` again and again while `condition` is not 0. */
  whileTrue(condition: Code, body: readonly Code[]): Code {
    return block(repeat(brIf(i32.eqz(condition), 1), ...body, br(0)));
  }
}
