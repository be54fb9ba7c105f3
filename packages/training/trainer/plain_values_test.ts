import { assertEquals, assertThrows } from "@std/assert";
import { readPlain, writePlain } from "./plain_values.ts";

Deno.test("plain data comes back to the bit", () => {
  const value = {
    numbers: [0, -0, 1 / 3, 5e-324, NaN, Infinity, -Infinity],
    typed: [Float64Array.of(1 / 3, NaN), Uint8Array.of(1, 2), Float32Array.of(0.1)],
    rest: [undefined, null, true, "text", 12n, { nested: { deep: [[]] } }],
  };
  assertEquals(readPlain("load", "value", writePlain("save", "value", value)), value);
});

Deno.test("other values are refused by their place, and damaged texts too", () => {
  const write = (value: unknown) => writePlain("save", "state", value);
  assertThrows(() => write({ pole: [1, new Map()] }), TypeError, "state.pole[1] is a Map");
  assertThrows(() => write(() => 1), TypeError, "state is a function");
  const loop: unknown[] = [];
  loop.push(loop);
  assertThrows(() => write(loop), TypeError, "holds itself");
  for (const text of [undefined, "{", '{"$":"Map"}', "[".repeat(99) + "]".repeat(99)]) {
    assertThrows(() => readPlain("load", "state", text), SyntaxError, "its state");
  }
});
