import { assertEquals, assertGreaterOrEqual, assertLessOrEqual } from "@std/assert";
import { floatBits, mostWorkgroups, spread } from "./commands.ts";

Deno.test("workgroups are spread over two axes where one is too short", () => {
  assertEquals(spread(0), { workgroups: [0, 1], row: 0 });
  assertEquals(spread(mostWorkgroups), { workgroups: [mostWorkgroups, 1], row: mostWorkgroups });
  for (const count of [mostWorkgroups + 1, 1_000_003]) {
    const { workgroups: [x, y], row } = spread(count);
    assertEquals(x, row);
    assertGreaterOrEqual(x * y, count);
    assertLessOrEqual(Math.max(x, y), mostWorkgroups);
    assertLessOrEqual(x * y - count, row);
  }
});

Deno.test("a float32 keeps its bits among unsigned integers", () => {
  assertEquals([1, -0, 0.5, Infinity].map(floatBits), [
    0x3f800000,
    0x80000000,
    0x3f000000,
    0x7f800000,
  ]);
});
