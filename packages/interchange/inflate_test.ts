import { deflateRawSync } from "node:zlib";
import { assertEquals, assertThrows } from "@std/assert";
import { inflate } from "./inflate.ts";
import { testDamaged } from "./testing/hostile.ts";

const fail = (problem: string): never => {
  throw new SyntaxError(`It ${problem}`);
};

/** Bytes of few values in runs, so that every kind of code is used. */
const sample = (length: number): Uint8Array<ArrayBuffer> => {
  let seed = 1;
  const next = () => seed = seed * 48271 % 2147483647;
  const out = new Uint8Array(length);
  for (let i = 0; i < length;) {
    const [value, run] = [next() % 3 === 0 ? next() % 256 : next() % 8, next() % 300];
    out.fill(value, i, i += run % 5 === 0 ? run : 1);
  }
  return out;
};

Deno.test("inflate() unpacks what zlib packs, at every level and strategy", () => {
  for (const length of [0, 1, 100, 70_000, 300_000]) {
    const bytes = sample(length);
    for (const level of [0, 1, 6, 9]) {
      for (const strategy of [0, 2, 4]) { // default, Huffman codes alone, fixed codes
        const packed = deflateRawSync(bytes, { level, strategy });
        assertEquals(inflate(packed, length, fail), bytes);
      }
    }
  }
});

testDamaged(
  (packed) => inflate(packed, 3000, fail),
  "stream",
  new Uint8Array(deflateRawSync(sample(3000))),
);

Deno.test("inflate() refuses bytes that are no stream of blocks, and says why", () => {
  const refuse = (problem: string, ...bytes: number[]) =>
    assertThrows(() => inflate(Uint8Array.from(bytes), 100, fail), SyntaxError, problem);
  refuse("ends early");
  refuse("no known kind", 7);
  refuse("wrong length", 1, 1, 0, 1, 0);
  refuse("ends early", 1, 9, 0, 0xf6, 0xff, 1);
  refuse("copies from before its start", 0x03, 0x02, 0x00);
  refuse("a code that is none", 0x05, 0x00, 0x92, 0x04);
  const packed = deflateRawSync(new Uint8Array(1000));
  assertThrows(() => inflate(packed, 999, fail), SyntaxError, "more than it claims, 999 bytes");
  assertThrows(() => inflate(packed, 1001, fail), SyntaxError, "unpacks to 1000 bytes");
});
