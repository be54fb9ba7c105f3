import { assertEquals, assertThrows } from "@std/assert";
import { abs, type Expr, less, mul } from "@spikeloop/expr";
import { defineSurrogate, fakeNumericalGradient, slopeAt, superSpike } from "./mod.ts";

const box = defineSurrogate({
  name: "box",
  params: { height: { default: 1 }, width: { default: 0.5, above: 0 } },
  slope: (u, { height, width }) => mul(height, less(abs(u), width / 2)),
});

Deno.test("a user's factory takes its own parameters", () => {
  assertEquals([...slopeAt(box({ height: 3 }), new Float32Array([0.2, 0.3]))], [3, 0]);
  assertThrows(
    () => box({ width: 0 }),
    RangeError,
    'Cannot make surrogate "box": width is 0, expected a finite',
  );
});

Deno.test("spiking: false is refused without a primitive", () => {
  assertThrows(
    () => superSpike({ spiking: false }),
    TypeError,
    'Cannot use surrogate "superSpike": spiking is false',
  );
  assertThrows(() => fakeNumericalGradient({ spiking: false }), TypeError, "it has no primitive");
});

Deno.test("a definition that lacks something, or has something else, is refused by name", () => {
  const define = (definition: unknown) => () => defineSurrogate(definition as never);
  const slope = (u: Expr) => u;
  assertThrows(define(undefined), TypeError, "its parts are undefined, expected a record of name");
  assertThrows(define({ name: "a", params: {} }), TypeError, '"a": slope is missing, expected');
  assertThrows(define({ name: "a", slope }), TypeError, '"a": params is missing, expected');
  assertThrows(
    define({ params: {}, slope }),
    TypeError,
    "name is missing, expected a non-empty string",
  );
  const wrong = { name: "a", params: {}, slope, primitiv: slope };
  assertThrows(define(wrong), TypeError, "did you mean primitive?");
});
