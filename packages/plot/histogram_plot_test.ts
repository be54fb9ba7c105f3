import { assert, assertEquals, assertNotMatch, assertThrows } from "@std/assert";
import { tensor } from "@spikeloop/tensor";
import { histogramPlot } from "./mod.ts";

/** The heights of the bars, in units of the lowest. */
function heights(svg: string): number[] {
  const all = [...svg.matchAll(/<rect [^>]*height="([\d.]+)"/g)].map((m) => Number(m[1]));
  return all.map((height) => Math.round(height / Math.min(...all)));
}

Deno.test("bars are as high as their counts", () => {
  assertEquals(heights(histogramPlot([0, 1, 1, 2, 2, 2], { bins: 3 })), [1, 2, 3]);
  assertEquals(heights(histogramPlot(tensor([0, 0.5, 1]), { bins: 2 })), [1, 2]);
  assertEquals(heights(histogramPlot([0, NaN, Infinity, 1], { bins: 2 })), [1, 1]);
});

Deno.test("values of any size make a picture", () => {
  for (const values of [[], [3], [5, 5], [-1e300, 1e300], [NaN]]) {
    const svg = histogramPlot(values);
    assertNotMatch(svg, /NaN|Infinity|undefined/);
    assert(svg.startsWith("<svg"));
  }
});

Deno.test("wrong arguments are refused by name", () => {
  const wrong = (value: unknown) => value as never;
  assertThrows(() => histogramPlot([1], { bins: 0 }), RangeError, "bins is 0");
  assertThrows(() => histogramPlot([1], { bins: 1.5 }), RangeError, "bins is 1.5");
  assertThrows(() => histogramPlot([1], wrong({ bin: 2 })), TypeError, "did you mean bins");
  assertThrows(() => histogramPlot(wrong([[1]])), TypeError, "element 0 is an array");
});
