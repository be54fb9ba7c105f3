import { type Code, Func, i32, i8x16, type Local } from "@spikeloop/expr/wasm";

/** A function under construction whose parameters, all i32, have names. */
export interface NamedFunc<P extends string> {
  /** The function. */
  readonly fn: Func;
  /** Its parameters. */
  readonly p: Readonly<Record<P, Local>>;
}

/** Starts a function of i32 parameters. */
export function namedFunc<P extends string>(name: string, params: readonly P[]): NamedFunc<P> {
  const fn = new Func(name, params.map(() => "i32"));
  const p = Object.fromEntries(params.map((n, i) => [n, fn.param(i)])) as Record<P, Local>;
  return { fn, p };
}

/** `count` pieces of code, one after another. */
export function times(count: number, piece: (i: number) => Code): Code {
  return Array.from({ length: count }, (_, i) => piece(i)).flat();
}

/** Code that adds a local to another, both i32. */
export function advance(at: Local, by: Local): Code {
  return at.set(i32.add(at.get, by.get));
}

/** i16x8.narrow_i32x4_s */
const narrow32 = (a: Code, b: Code): Code => [...a, ...b, 0xfd, 0x85, 0x01];
/** i8x16.narrow_i16x8_s */
const narrow16 = (a: Code, b: Code): Code => [...a, ...b, 0xfd, 0x65];

/** Sixteen bits from four lane masks. */
export function packMasks([a, b, c, d]: readonly Code[]): Code {
  return i8x16.bitmask(narrow16(narrow32(a, b), narrow32(c, d)));
}
