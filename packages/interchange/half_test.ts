import { assertEquals } from "@std/assert";
import { bfloatBits, bfloatValue, halfBits, halfValue } from "./half.ts";

Deno.test("every half precision and bfloat16 number survives a round trip", () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const half = halfValue(bits);
    if (!Number.isNaN(half)) assertEquals(halfBits(half), bits);
    const bfloat = bfloatValue(bits);
    if (!Number.isNaN(bfloat)) assertEquals(bfloatBits(bfloat), bits);
  }
  assertEquals([halfValue(halfBits(NaN)), bfloatValue(bfloatBits(NaN))], [NaN, NaN]);
});

Deno.test("numbers between two go to the nearer, ties to the even one", () => {
  for (
    const [value, of, bits] of [
      [halfValue, halfBits, 0x3c00],
      [halfValue, halfBits, 0x0001],
      [halfValue, halfBits, 0x03ff],
      [bfloatValue, bfloatBits, 0x3f80],
      [bfloatValue, bfloatBits, 0x0001],
      [bfloatValue, bfloatBits, 0x007f],
    ] as const
  ) {
    const [low, high] = [value(bits), value(bits + 1)];
    assertEquals(of((low + high) / 2), bits + bits % 2);
    assertEquals(of(low + (high - low) * 0.4375), bits);
    assertEquals(of(low + (high - low) * 0.5625), bits + 1);
    assertEquals(of(-low), bits | 0x8000);
  }
});

Deno.test("a number beyond the type becomes infinite", () => {
  assertEquals([65504, 65519, 65520, 1e30].map(halfBits), [0x7bff, 0x7bff, 0x7c00, 0x7c00]);
  assertEquals([3.38e38, 3.4e38, -Infinity].map(bfloatBits), [0x7f7e, 0x7f80, 0xff80]);
});
