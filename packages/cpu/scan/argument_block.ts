import {
  type Code,
  type Func,
  i32,
  type Local,
  type Operand,
  sequence,
} from "@spikeloop/expr/wasm";
import { type ByWord, type Words, wordsOf } from "./kernels/code.ts";

/** The arguments of a kernel by name, as words in memory at an address that the kernel is given. */
export class ArgumentBlock<Text extends string> {
  /** The place of each field among the words. */
  readonly index: ByWord<Text, number>;
  readonly #names: readonly Words<Text>[];

  /** A block whose fields are the words of a text. */
  constructor(fields: Text) {
    this.#names = wordsOf(fields);
    this.index = Object.fromEntries(this.#names.map((n, i) => [n, i])) as ByWord<Text, number>;
  }

  /** The words of a block that holds these values. */
  words(values: ByWord<Text, number>): Int32Array {
    return Int32Array.from(this.#names, (name) => values[name]);
  }

  /** Code that reads a field of the block at an address. */
  read(at: Local, name: Words<Text>): Code {
    return i32.load(at, 4 * this.index[name]);
  }

  /** Code that writes a field. */
  write(at: Local, name: Words<Text>, value: Operand): Code {
    return i32.store(at, value, 4 * this.index[name]);
  }

  /** Code that adds to a field. */
  increment(at: Local, name: Words<Text>, by: Operand): Code {
    return this.write(at, name, i32.add(this.read(at, name), by));
  }

  /** Locals for all fields, and code that reads these. */
  load(fn: Func, at: Local): { readonly code: Code; readonly args: ByWord<Text, Local> } {
    const locals = this.#names.map((name) => [name, fn.local("i32")] as const);
    return {
      code: sequence(...locals.map(([name, local]) => local.set(this.read(at, name)))),
      args: Object.fromEntries(locals) as ByWord<Text, Local>,
    };
  }
}
