import { assertEquals } from "@std/assert";
import { threefry } from "./threefry.ts";

Deno.test("threefry() returns the known answers of its authors", () => {
  const cases: [number[], [number, number]][] = [
    [[0, 0, 0, 0], [0x6b200159, 0x99ba4efe]],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0x1cb996fc, 0xbb002be7]],
    [[0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3], [0xc4923a9c, 0x483df7a0]],
  ];
  for (const [[k0, k1, c0, c1], want] of cases) {
    const words = new Uint32Array(3);
    threefry(k0, k1, c0, c1, words, 1);
    assertEquals([...words], [0, ...want]);
    threefry(k0, k1, c0, c1, words, 2);
    assertEquals(words[2], want[0]);
  }
});
