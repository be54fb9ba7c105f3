// Pieces from which the code of kernels is put together.
import {
  call,
  type Code,
  Func,
  i16x8,
  i8x16,
  type Local,
  type Operand,
  sequence,
} from "@spikeloop/expr/wasm";

/** The words of a text. */
export type Words<Text extends string, Found extends string = never> = Text extends
  `${infer Word} ${infer Rest}` ? Words<Rest, Found | Word> : Found | Text;

/** The words of a text, in order. */
export const wordsOf = <Text extends string>(text: Text): Words<Text>[] =>
  text.split(" ") as Words<Text>[];

/** Values by the words of a text. */
export type ByWord<Text extends string, Value> = Readonly<Record<Words<Text>, Value>>;

/** Starts a function, and names its i32 parameters by the words of a text. */
export function namedFunc<Text extends string>(
  name: string,
  params: Text,
): { readonly fn: Func; readonly p: ByWord<Text, Local> } {
  const words = wordsOf(params);
  const fn = new Func(name, words.map(() => "i32"));
  const p = Object.fromEntries(words.map((word, i) => [word, fn.param(i)]));
  return { fn, p: p as ByWord<Text, Local> };
}

/** Calls the function at a place of the module with arguments by name. */
export function callNamed<Text extends string>(
  place: number,
  params: Text,
  args: ByWord<Text, Operand>,
): Code {
  return call(place, ...wordsOf(params).map((word) => args[word]));
}

/** `count` pieces of code, one after another. */
export function times(count: number, piece: (i: number) => Code): Code {
  return sequence(...Array.from({ length: count }, (_, i) => piece(i)));
}

/** Sixteen bits from four lane masks. */
export function packMasks([a, b, c, d]: readonly Operand[]): Code {
  return i8x16.bitmask(i8x16.narrowI16x8S(i16x8.narrowI32x4S(a, b), i16x8.narrowI32x4S(c, d)));
}
