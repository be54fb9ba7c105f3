// Functions whose parameters, and blocks of arguments whose fields, are named by the words of a
// text, so that the compiler knows the names.
import { type Code, type Local, type Operand, sequence } from "./code.ts";
import { call } from "./control.ts";
import { Func } from "./func.ts";
import { i32 } from "./instructions.ts";

/** The words of a text. */
export type Words<Text extends string, Found extends string = never> = Text extends
  `${infer Word} ${infer Rest}` ? Words<Rest, Found | Word> : Found | Text;

/** Values by the words of a text. */
export type ByWord<Text extends string, Value> = Readonly<Record<Words<Text>, Value>>;

/** The words of a text, in order. */
const wordsOf = <Text extends string>(text: Text) => text.split(" ") as Words<Text>[];

/**
 * Starts a function, and names its i32 parameters by the words of a text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { i32, instantiate, namedFunc } from "@spikeloop/expr/wasm";
 *
 * const { fn, p } = namedFunc("write", "at value");
 * fn.emit(i32.store(p.at, p.value));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * instantiate([fn], memory).write(8, 5);
 * assertEquals(new Int32Array(memory.buffer)[2], 5);
 * ```
 */
export function namedFunc<Text extends string>(
  name: string,
  params: Text,
): { readonly fn: Func; readonly p: ByWord<Text, Local> } {
  const words = wordsOf(params);
  const fn = new Func(name, words.length);
  const p = Object.fromEntries(words.map((word, i) => [word, fn.param(i)]));
  return { fn, p: p as ByWord<Text, Local> };
}

/**
 * Calls the function at an index of the module with arguments by name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { callNamed, Func, i32, instantiate, namedFunc } from "@spikeloop/expr/wasm";
 *
 * const { fn, p } = namedFunc("write", "at value");
 * fn.emit(i32.store(p.at, p.value));
 * const writeSeven = new Func("writeSeven", 0);
 * writeSeven.emit(callNamed(0, "at value", { value: 7, at: 8 }));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * instantiate([fn, writeSeven], memory).writeSeven();
 * assertEquals(new Int32Array(memory.buffer)[2], 7);
 * ```
 */
export function callNamed<Text extends string>(
  index: number,
  params: Text,
  args: ByWord<Text, Operand>,
): Code {
  return call(index, ...wordsOf(params).map((word) => args[word]));
}

/**
 * The arguments of a function by name, as words in memory at an address that the function is given.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ArgumentBlock, Func, i32, instantiate } from "@spikeloop/expr/wasm";
 *
 * const block = new ArgumentBlock("width height area");
 * const fn = new Func("measure", 1);
 * const { code, args } = block.load(fn, fn.param(0));
 * fn.emit(code, block.write(fn.param(0), "area", i32.mul(args.width, args.height)));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const words = new Int32Array(memory.buffer);
 * words.set(block.words({ width: 3, height: 5 }));
 * instantiate([fn], memory).measure(0);
 * assertEquals(words[block.index.area], 15);
 * ```
 */
export class ArgumentBlock<Text extends string> {
  /** The index of each field among the words. */
  readonly index: ByWord<Text, number>;
  readonly #names: readonly Words<Text>[];

  /** A block whose fields are the words of these texts. */
  constructor(...fields: readonly Text[]) {
    this.#names = fields.flatMap(wordsOf);
    this.index = Object.fromEntries(this.#names.map((n, i) => [n, i])) as ByWord<Text, number>;
  }

  /** The words of a block that holds these values; fields without one hold 0. */
  words(values: Partial<ByWord<Text, number>>): Int32Array<ArrayBuffer> {
    return Int32Array.from(this.#names, (name) => values[name] ?? 0);
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
