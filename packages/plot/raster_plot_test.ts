import { assertEquals, assertThrows } from "@std/assert";
import { rasterPlot } from "./mod.ts";

Deno.test("a raster has a mark per spike, and stronger ones for counts", () => {
  const marks = (svg: string) => svg.match(/M[\d.]+ [\d.]+V/g)?.length ?? 0;
  assertEquals(marks(rasterPlot([[1, 0, 1], [0, 0, 0], [1, 1, 1]])), 5);
  assertEquals(rasterPlot([[1, 2]]).match(/<path/g)?.length, 2);
});

Deno.test("a window of a longer run has the numbers of its steps, and the marks of the same spikes", () => {
  const spikes = Array.from({ length: 100 }, (_, t) => [Number(t % 10 === 0)]);
  const marks = (svg: string) => svg.match(/<path d="[^"]*" stroke="[^"]*"/g);
  const ticks = (svg: string) => [...svg.matchAll(/>(\d+)<\/text>/g)].map(([, tick]) => tick);
  const [start, later] = [rasterPlot(spikes), rasterPlot(spikes, { firstStep: 300 })];
  assertEquals(marks(later), marks(start));
  assertEquals(ticks(start).includes("300"), false);
  assertEquals(ticks(later).includes("300"), true);
  assertThrows(() => rasterPlot(spikes, { firstStep: 0.5 }), RangeError, "firstStep is 0.5");
});
