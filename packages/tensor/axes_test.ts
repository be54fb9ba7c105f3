import { assertEquals, assertThrows } from "@std/assert";
import { reducedShape, resolveAxes } from "./axes.ts";

Deno.test("axes count from either end, in ascending order; all of them if none is named", () => {
  assertEquals(resolveAxes(-1, 3, "sum"), { axes: [2], keepDims: false });
  assertEquals(resolveAxes([2, -3], 3, "sum"), { axes: [0, 2], keepDims: false });
  assertEquals(resolveAxes({ keepDims: true }, 2, "sum"), { axes: [0, 1], keepDims: true });
});

Deno.test("axes that are not there, named twice, or of another kind are refused", () => {
  assertThrows(() => resolveAxes(3, 3, "sum"), RangeError, "rank 3 has no axis 3");
  assertThrows(() => resolveAxes([0, -3], 3, "sum"), RangeError, "named twice in [0, -3]");
  const careless = { keepDims: 1 as unknown as boolean };
  assertThrows(
    () => resolveAxes(careless, 3, "sum"),
    TypeError,
    "Cannot run sum: keepDims is 1, expected true or false",
  );
});

Deno.test("a reduced shape keeps extents of 1 or none", () => {
  assertEquals(reducedShape([2, 3, 4], { axes: [0, 2], keepDims: true }), [1, 3, 1]);
  assertEquals(reducedShape([2, 3, 4], { axes: [0, 2], keepDims: false }), [3]);
});
