import { assertEquals } from "@std/assert";
import { makeAxis, tickLabel } from "./axis.ts";

Deno.test("ticks are round numbers inside the range", () => {
  const names = (range: [number, number], count: number) =>
    makeAxis(range, count, true).ticks.map(({ name }) => name);
  assertEquals(names([0, 10], 5), ["0", "2", "4", "6", "8", "10"]);
  assertEquals(names([-1.3, 0.4], 4), ["−1.5", "−1.0", "−0.5", "0.0", "0.5"]);
  const [low] = makeAxis([-1.3, 0.4], 4, true).ticks;
  assertEquals(low, { at: -1.5, name: "−1.5" });
  assertEquals(makeAxis([3, 3], 4, true).ticks.length > 1, true);
  assertEquals([tickLabel(-1200, 0), tickLabel(0.25, 2), tickLabel(-0, 1)], [
    "−1 200",
    "0.25",
    "0.0",
  ]);
});
