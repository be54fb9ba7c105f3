import { assertThrows } from "@std/assert";
import { primitiveAt, rect, slopeAt, surrogate } from "./mod.ts";

Deno.test("slopeAt() and primitiveAt() refuse wrong arguments", () => {
  const points = new Float32Array([0]);
  assertThrows(
    () => primitiveAt(surrogate("superSpike"), points),
    TypeError,
    '"superSpike": it has none',
  );
  assertThrows(() => slopeAt(rect(), [0] as never), TypeError, "expected a Float32Array");
  assertThrows(() => slopeAt("rect" as never, points), TypeError, "make one, as in surrogate");
});
