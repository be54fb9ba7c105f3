import { assertEquals } from "@std/assert";
import { rasterPlot } from "./mod.ts";

Deno.test("a raster has a mark per spike, and stronger ones for counts", () => {
  const marks = (svg: string) => svg.match(/M[\d.]+ [\d.]+V/g)?.length ?? 0;
  assertEquals(marks(rasterPlot([[1, 0, 1], [0, 0, 0], [1, 1, 1]])), 5);
  assertEquals(rasterPlot([[1, 2]]).match(/<path/g)?.length, 2);
});
