import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { tracePlot } from "./mod.ts";

Deno.test("a trace has a stroke per spike, and a legend", () => {
  const trace = [[0.25, 0.5], [1, 0], [0, 0.75]];
  const svg = tracePlot(trace, { threshold: 1, spikes: [[0, 0], [1, 0], [0, 1]] });
  assertEquals(svg.match(/M[\d.]+ [\d.]+V/g)?.length, 2);
  assertMatch(svg, /membrane.*spike.*threshold 1</s);
  assertNotMatch(tracePlot(trace), /membrane|threshold/);
});
