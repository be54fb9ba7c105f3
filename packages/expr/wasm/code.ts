// The binary form of WebAssembly code: numbers, locals and control. Code is an array of bytes; an instruction with
// operands is a function from their code to its own, so that code reads like the expression it computes.

/** Bytes of instructions. */
export type Code = readonly number[];

/** The types of values. */
export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

/** The binary form of each type. */
export const typeByte: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

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
export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0;; rest >>= 7) {
    const low = rest & 0x7f;
    // The bit below the next byte is the sign that reading goes on with.
    const done = rest >> 7 === ((low & 0x40) === 0 ? 0 : -1);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

/** A signed 64-bit integer in LEB128. */
export function signed64(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt.asIntN(64, value);; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    const done = rest >> 7n === ((low & 0x40) === 0 ? 0n : -1n);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

/** Little-endian bytes of a float32. */
export function float32Bytes(value: number): number[] {
  return [...new Uint8Array(Float32Array.of(value).buffer)];
}

/** Little-endian bytes of a float64. */
export function float64Bytes(value: number): number[] {
  return [...new Uint8Array(Float64Array.of(value).buffer)];
}

/**
 * Code after code.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, i32, instantiate, sequence } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("next", ["i32"], ["i32"]);
 * const x = fn.param(0);
 * fn.emit(sequence(x.increment(1), x.get));
 * const { next } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(next(41), 42);
 * ```
 */
export function sequence(...parts: readonly Code[]): Code {
  return parts.flat();
}
