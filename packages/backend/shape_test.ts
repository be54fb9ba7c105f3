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
  const hole = [2, 3];
  delete hole[0];
  const wrong = [[-1], [NaN], ["1"], 2, null, new Array(2), hole, [2n], [2 ** 60], new Set([1])];
  for (const shape of wrong) {
    assertThrows(
      () => checkShape(shape as number[], "zeros"),
      RangeError,
      "expected an array of integers of at least 0",
    );
  }
});

Deno.test("-0 is axis 0, and an axis that is no number is refused", () => {
  assertEquals(Object.is(resolveAxis(-0, 3, "sum"), 0), true);
  for (const axis of ["0", null, [0], 0n, undefined]) {
    assertThrows(() => resolveAxis(axis as never, 3, "sum"), TypeError, "rank 3 has no axis ");
  }
});

Deno.test("what two shapes broadcast to is not larger than a tensor may be", () => {
  const message = "shape [1000000, 1000000] has 1000000000000 elements";
  assertThrows(() => broadcastShapes([1e6, 1], [1, 1e6], "add"), RangeError, message);
});

Deno.test("messages show the beginning of a long shape", () => {
  assertEquals(showShape(new Array(1e5).fill(1)).length < 100, true);
  const message = assertThrows(() => checkShape(new Array(1e5).fill(-1), "zeros"), Error).message;
  assertEquals(message.length < 200, true);
});
