import { assertEquals, assertThrows } from "@std/assert";
import { cosineDecay, linearDecay, stepDecay, warmUp } from "./schedules.ts";

Deno.test("a decay stays at its last value", () => {
  for (const make of [cosineDecay, linearDecay]) {
    assertEquals([4, 5, 100].map(make({ from: 1, to: 0.25, steps: 3 })), [0.25, 0.25, 0.25]);
  }
});

Deno.test("a schedule holds its first value before the first update", () => {
  assertEquals([-3, 0, 1].map(linearDecay({ from: 2, steps: 4 })), [2, 2, 2]);
});

Deno.test("a warm-up may end in a number", () => {
  assertEquals([1, 2, 3, 9].map(warmUp({ steps: 2, then: 0.5 })), [0, 0.25, 0.5, 0.5]);
});

Deno.test("schedules refuse what they cannot follow", () => {
  assertThrows(() => cosineDecay({ from: 1, steps: 0 }), RangeError, "steps is 0");
  assertThrows(() => linearDecay({ steps: 3 } as never), TypeError, "from is missing");
  assertThrows(() => stepDecay({ from: 1, every: 2, gamma: 1 } as never), TypeError, "gamma");
  assertThrows(() => warmUp({ steps: 2 } as never), TypeError, "then is missing");
  assertThrows(() => cosineDecay({ from: 1, steps: 2 })("a" as never), TypeError, "update");
  assertThrows(() => warmUp({ steps: 1, then: () => NaN })(1), RangeError, "then is NaN");
});
