import { assertEquals, assertMatch, assertNotMatch, assertThrows } from "@std/assert";
import { tracePlot } from "./mod.ts";

Deno.test("a trace has a stroke per spike, and a legend", () => {
  const trace = [[0.25, 0.5], [1, 0], [0, 0.75]];
  const svg = tracePlot(trace, { threshold: 1, spikes: [[0, 0], [1, 0], [0, 1]] });
  assertEquals(svg.match(/M[\d.]+ [\d.]+V/g)?.length, 2);
  assertMatch(svg, /membrane.*spike.*threshold 1</s);
  assertNotMatch(tracePlot(trace), /membrane|threshold/);
});

Deno.test("names of traces are strings", () => {
  const plot = () => tracePlot([[1, 0]], { names: [1, 2] as never });
  assertThrows(plot, TypeError, "names[0] is 1, expected a string");
});

Deno.test("lanes that are lower than a line of text do not all show their 0", () => {
  const zeros = (units: number) => {
    const svg = tracePlot([Array(units).fill(0), Array(units).fill(1)]);
    return svg.match(/<text x="[\d.]+" y="[\d.]+" fill="[^"]+">0</g)?.length;
  };
  assertEquals([2, 8, 40].map(zeros), [2, 8, 14]);
});
