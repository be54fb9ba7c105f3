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
    const done = (rest >> 7 === 0 && (low & 0x40) === 0) ||
      (rest >> 7 === -1 && (low & 0x40) !== 0);
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

/** Code after code. */
export function sequence(...parts: readonly Code[]): Code {
  return parts.flat();
}

/** Leaves the enclosing `depth`-th block, or repeats the loop. */
export function br(depth: number): Code {
  return [0x0c, ...unsigned(depth)];
}

/** The same if `condition` is not 0. */
export function brIf(condition: Code, depth: number): Code {
  return [...condition, 0x0d, ...unsigned(depth)];
}

/** A block that `br` leaves. */
export function block(...body: readonly Code[]): Code {
  return [0x02, 0x40, ...body.flat(), 0x0b];
}

/** A block that `br` starts anew; falling through its end leaves it. */
export function repeat(...body: readonly Code[]): Code {
  return [0x03, 0x40, ...body.flat(), 0x0b];
}

/** Runs `body` if `condition` is not 0, else `otherwise`. */
export function when(condition: Code, body: Code, otherwise?: Code): Code {
  return [...condition, 0x04, 0x40, ...body, ...(otherwise ? [0x05, ...otherwise] : []), 0x0b];
}

/** `a` if `condition` is not 0, else `b`; both are computed. */
export function choose(a: Code, b: Code, condition: Code): Code {
  return [...a, ...b, ...condition, 0x1b];
}

/** Forgets a value. */
export function drop(a: Code): Code {
  return [...a, 0x1a];
}

/** Leaves the function. */
export const leave: Code = [0x0f];

/** Calls a function by its index. */
export function call(index: number, ...args: readonly Code[]): Code {
  return [...args.flat(), 0x10, ...unsigned(index)];
}
