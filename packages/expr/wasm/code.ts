// The binary form of WebAssembly code: bytes, constants and locals. Code is an array of bytes; an
// instruction is a function from its operands to code, so that code reads like the expression that
// it computes.

/** Bytes of instructions. */
export type Code = readonly number[];

/** The code of a body: bytes, or a list of statements, each of them bytes. */
export type Body = Code | readonly Code[];

/** The types of values. */
export type ValueType = "i32" | "f32" | "v128";

/**
 * An operand: code that computes it, a local that holds it, or a number. A number is a constant of
 * the operand's type; where 128 bits are taken whatever they hold, it is four float32.
 */
export type Operand = Code | Local | number;

/** The binary form of each type. */
export const typeByte: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };

/** An unsigned integer in LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** A signed 32-bit integer in LEB128. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0;; rest >>= 7) {
    const low = rest & 0x7f;
    // A reader extends the sign from the highest bit of the last byte.
    const done = rest >> 7 === ((low & 0x40) === 0 ? 0 : -1);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

/** The bytes of an operation of the SIMD family. */
export const simd = (operation: number): Code => [0xfd, ...unsigned(operation)];

/** The constant of 128 bits that holds the bytes of an array, repeated. */
export function constant128({ buffer }: { readonly buffer: ArrayBufferLike }): Code {
  const bytes = new Uint8Array(buffer);
  const code = [...simd(0x0c)];
  for (let i = 0; i < 16; i++) code.push(bytes[i % bytes.length]);
  return code;
}

/** Code that computes a constant. */
export type Constant = (value: number) => Code;

/** The constants of each type. */
export const constants: Readonly<Record<ValueType, Constant>> = {
  i32: (value) => [0x41, ...signed(value)],
  f32: (value) => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)],
  v128: (value) => constant128(Float32Array.of(value)),
};

/** The code of an operand; `constant` makes the code of a number. */
export function operandCode(operand: Operand, constant: Constant): Code {
  if (typeof operand === "number") return constant(operand);
  return operand instanceof Local ? operand.get : operand;
}

/**
 * A local variable of a function. As an operand it stands for its value.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, i32, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("triple", ["i32"], ["i32"]);
 * const [x, sum] = [fn.param(0), fn.local("i32")];
 * fn.emit(sum.set(i32.add(x, x)), i32.add(sum, x));
 * const { triple } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(triple(5), 15);
 * ```
 */
export class Local {
  /** Its number. */
  declare readonly index: number;
  /** The type of its value. */
  declare readonly type: ValueType;
  /** Code that reads it. */
  declare readonly get: Code;

  /** Made by `Func.local`. */
  constructor(index: number, type: ValueType) {
    this.index = index;
    this.type = type;
    this.get = [0x20, ...unsigned(index)];
  }

  /** Code that writes it. */
  set(value: Operand): Code {
    return [...operandCode(value, constants[this.type]), 0x21, ...unsigned(this.index)];
  }

  /** Code that adds to an i32. */
  increment(by: Operand): Code {
    return this.set([...this.get, ...operandCode(by, constants.i32), 0x6a]);
  }
}

/**
 * Code after code.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, instantiate, sequence } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("next", ["i32"], ["i32"]);
 * const x = fn.param(0);
 * fn.emit(sequence(x.increment(1), x));
 * const { next } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(next(41), 42);
 * ```
 */
export function sequence(...parts: readonly (Body | Local)[]): Code {
  return joined(parts.map((part) => {
    if (part instanceof Local) return part.get;
    return isList(part) ? joined(part) : part;
  }));
}

function isList(body: Body): body is readonly Code[] {
  return typeof body[0] === "object";
}

/** The most lists that are the arguments of one call. */
const mostLists = 4096;

/** Lists of bytes as one list. Engines concatenate much faster than they flatten. */
export function joined(lists: readonly Code[]): Code {
  if (lists.length <= mostLists) return ([] as number[]).concat(...lists);
  const parts: Code[] = [];
  for (let i = 0; i < lists.length; i += mostLists) {
    parts.push(joined(lists.slice(i, i + mostLists)));
  }
  return joined(parts);
}

/**
 * `count` pieces of code, one after another.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, instantiate, times } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("add6", ["i32"], ["i32"]);
 * const x = fn.param(0);
 * fn.emit(times(3, (i) => x.increment(1 + i)), x);
 * const { add6 } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(add6(4), 10);
 * ```
 */
export function times(count: number, piece: (i: number) => Body): Code {
  return sequence(...Array.from({ length: count }, (_, i) => piece(i)));
}
