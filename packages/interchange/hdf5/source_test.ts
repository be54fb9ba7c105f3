import { assertEquals, assertThrows } from "@std/assert";
import { makeBudget } from "../budget.ts";
import { makeSource } from "./source.ts";

const fail = (problem: string): never => {
  throw new SyntaxError(`It ${problem}`);
};
const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 72, 105, 0, 0xff, 0);

Deno.test("a source reads integers, slices and texts", () => {
  const source = makeSource(bytes, fail, makeBudget(13, undefined, fail));
  assertEquals(source.uint(0, 1), 1);
  assertEquals(source.uint(0, 2), 0x0201);
  assertEquals(source.uint(0, 4), 0x04030201);
  assertEquals(source.uint(0, 8), Number(0x0807060504030201n));
  assertEquals([...source.slice(1, 2)], [2, 3]);
  assertEquals(source.text(8), "Hi");
});

Deno.test("a source refuses addresses beyond its bytes, and texts that are none", () => {
  const refuse = (problem: string, f: () => unknown) => assertThrows(f, SyntaxError, problem);
  const source = makeSource(bytes, fail, makeBudget(13, undefined, fail));
  refuse("refers to beyond its end", () => source.uint(10, 4));
  refuse("refers to beyond its end", () => source.slice(2 ** 64, 1));
  refuse("refers to beyond its end", () => source.slice(0, NaN));
  refuse("not UTF-8", () => source.text(11));
  refuse("name without an end", () => source.text(100));
  refuse('has "Hi\\u0000ÿ" at byte 8, expected "HEAP"', () => source.expect(8, "HEAP"));
});

Deno.test("a source pays for the texts that it decodes", () => {
  const source = makeSource(bytes, fail, makeBudget(bytes.length, 7, fail));
  assertEquals(source.text(8), "Hi");
  assertThrows(() => source.text(8), SyntaxError, "more than 7 bytes");
});
