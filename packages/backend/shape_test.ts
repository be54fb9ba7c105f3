import { assertEquals, assertThrows } from "@std/assert";
import {
  broadcastShapes,
  broadcastStrides,
  checkShape,
  resolveAxis,
  sameShape,
  showShape,
  sizeOf,
  stridesOf,
} from "./shape.ts";

Deno.test("sizes and strides are row-major; a scalar has one element", () => {
  assertEquals([sizeOf([2, 3, 4]), sizeOf([]), sizeOf([3, 0])], [24, 1, 0]);
  assertEquals([stridesOf([2, 3, 4]), stridesOf([])], [[12, 4, 1], []]);
  assertEquals(showShape([2, 3]), "[2, 3]");
  assertEquals([sameShape([1], [1]), sameShape([1], [1, 1]), sameShape([2], [3])], [
    true,
    false,
    false,
  ]);
});

Deno.test("shapes broadcast as NumPy's do, extents of 0 included", () => {
  const cases: [number[], number[], number[]][] = [
    [[2, 3], [3], [2, 3]],
    [[2, 1], [1, 4], [2, 4]],
    [[], [5], [5]],
    [[0], [1], [0]],
    [[3, 1, 1], [2, 0], [3, 2, 0]],
  ];
  for (const [a, b, want] of cases) {
    assertEquals(broadcastShapes(a, b, "add"), want);
    assertEquals(broadcastShapes(b, a, "add"), want);
  }
  assertEquals(broadcastStrides([3, 1], [2, 3, 4]), [0, 1, 0]);
  assertThrows(
    () => broadcastShapes([2], [0], "add"),
    TypeError,
    "Cannot run add: shapes [2] and [0] do not broadcast (2 against 0)",
  );
});

Deno.test("axes count from either end, shapes hold integers of at least 0", () => {
  assertEquals([resolveAxis(-1, 3, "sum"), resolveAxis(2, 3, "sum")], [2, 2]);
  for (const axis of [3, -4, 1.5, NaN]) {
    assertThrows(() => resolveAxis(axis, 3, "sum"), RangeError, `axis ${axis}`);
  }
  checkShape([0, 2], "zeros");
  for (const shape of [[-1], [NaN], ["1"], 2, null]) {
    assertThrows(
      () => checkShape(shape as number[], "zeros"),
      RangeError,
      "expected an array of integers of at least 0",
    );
  }
});
