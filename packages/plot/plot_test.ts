import { assert, assertEquals, assertMatch, assertNotMatch, assertThrows } from "@std/assert";
import { atan, rect, superSpike } from "@spikeloop/surrogate";
import { tensor } from "@spikeloop/tensor";
import { makeAxis, tickLabel } from "./axis.ts";
import { linePlot, rasterPlot, surrogatePlot, tracePlot } from "./mod.ts";

const pictures: Record<string, string> = {
  "an empty line plot": linePlot([]),
  "a line plot of one point": linePlot([{ name: "a", y: [3] }]),
  "a line plot with gaps": linePlot([{ name: "a", y: [1, NaN, Infinity, 2] }, {
    name: "b",
    y: [0, 0, 0, 0],
    points: true,
  }]),
  "a constant": linePlot([{ name: "a", y: [5, 5, 5] }]),
  "an empty raster": rasterPlot([]),
  "a raster": rasterPlot(tensor([[1, 0], [0, 1], [0, 0]])),
  "an empty course": tracePlot([], { spikes: [], threshold: 1 }),
  "a course": tracePlot([[0, 1], [NaN, 2]], { threshold: 1, names: ["x", "y"] }),
  "surrogates": surrogatePlot([rect(), atan(), superSpike()], { title: "Slopes" }),
};

Deno.test("every picture is one SVG element without a number that is none", async (t) => {
  for (const [name, svg] of Object.entries(pictures)) {
    await t.step(name, () => {
      assertMatch(svg, /^<svg .*<\/svg>$/s);
      assertNotMatch(svg, /NaN|Infinity|undefined/);
      assertEquals(svg.match(/<svg/g)?.length, 1);
    });
  }
});

Deno.test("pictures follow the colour scheme of the reader", () => {
  assertMatch(pictures.surrogates, /prefers-color-scheme:dark/);
});

Deno.test("labels are escaped", () => {
  const svg = linePlot([{ name: "<b>", y: [1] }, { name: '"&"', y: [2] }], { title: "<script>" });
  assertNotMatch(svg, /<script>|<b>/);
  assert(svg.includes("&#60;script&#62;"));
});

Deno.test("a legend is shown where there is more than one series", () => {
  assertNotMatch(linePlot([{ name: "alone", y: [1, 2] }]), /alone/);
  assertMatch(linePlot([{ name: "one", y: [1, 2] }, { name: "two", y: [1, 2] }]), /one.*two/s);
});

Deno.test("a legend takes as many rows as it needs, and a long title is cut", () => {
  const series = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ name: `series number ${i}`, y: [1, 2] }));
  const heights = (svg: string) =>
    new Set(Array.from(svg.matchAll(/<path d="M[\d.]+ ([\d.]+)h14"/g), ([, y]) => y)).size;
  assertEquals([3, 12].map((n) => heights(linePlot(series(n), { width: 500 }))), [1, 4]);
  assertMatch(linePlot([], { title: "word ".repeat(50) }), /word [^<]*…<\/text>/);
});

Deno.test("time has ticks at whole steps only", () => {
  assertNotMatch(rasterPlot([[1], [0], [1]]), />[\d]\.[\d]</);
  assertMatch(linePlot([{ name: "a", x: [0, 1], y: [0, 1] }]), />0\.2</);
});

Deno.test("a raster has a mark per spike, and stronger ones for counts", () => {
  const marks = (svg: string) => svg.match(/M[\d.]+ [\d.]+V/g)?.length ?? 0;
  assertEquals(marks(rasterPlot([[1, 0, 1], [0, 0, 0], [1, 1, 1]])), 5);
  assertEquals(rasterPlot([[1, 2]]).match(/<path/g)?.length, 2);
});

Deno.test("a course has a stroke per spike, and a legend that says what is what", () => {
  const course = [[0.25, 0.5], [1, 0], [0, 0.75]];
  const svg = tracePlot(course, { threshold: 1, spikes: [[0, 0], [1, 0], [0, 1]] });
  assertEquals(svg.match(/M[\d.]+ [\d.]+V/g)?.length, 2);
  assertMatch(svg, /membrane.*spike.*threshold 1</s);
  assertNotMatch(tracePlot(course), /membrane|threshold/);
});

Deno.test("ticks are round numbers inside the range", () => {
  assertEquals(makeAxis([0, 10], 5, true).ticks, [0, 2, 4, 6, 8, 10]);
  assertEquals(makeAxis([-1.3, 0.4], 4, true).ticks.map((t) => Math.round(t * 10) / 10), [
    -1.5,
    -1,
    -0.5,
    0,
    0.5,
  ]);
  assertEquals(makeAxis([3, 3], 4, true).ticks.length > 1, true);
  assertEquals([tickLabel(-1200, 0), tickLabel(0.25, 2), tickLabel(-0, 1)], [
    "−1 200",
    "0.25",
    "0.0",
  ]);
});

Deno.test("what cannot be plotted is refused by name", () => {
  assertThrows(
    () => linePlot([{ name: "a", x: [1], y: [1, 2] }]),
    TypeError,
    "1 places and 2 values",
  );
  assertThrows(() => rasterPlot([[1], [1, 2]]), TypeError, "row 1 has 2");
  assertThrows(() => rasterPlot(tensor([1, 2])), TypeError, "[2]");
  assertThrows(() => linePlot([{ name: "a", y: [1] }], { width: 3 }), RangeError, "width is 3");
  assertThrows(() => tracePlot([[1, 2]], { spikes: [[1]] }), TypeError, "they are [1, 1]");
  const wrong = (value: unknown) => value as never;
  assertThrows(() => linePlot([wrong([1, 2])]), TypeError, "series 0 is an array");
  assertThrows(() => rasterPlot([wrong([1, "2"])]), TypeError, 'element 1 is "2"');
  assertThrows(() => linePlot([], wrong({ titel: "x" })), TypeError, "did you mean title");
  assertThrows(() => linePlot([], wrong({ title: 5 })), TypeError, "title is 5");
  assertThrows(() => rasterPlot([[1]], { stepsPerUnit: 0 }), RangeError, "stepsPerUnit is 0");
  assertThrows(() => tracePlot([[1]], { threshold: NaN }), RangeError, "threshold is NaN");
  assertThrows(() => tracePlot([[1]], { names: [] }), TypeError, "an array of 0, expected");
  assertThrows(() => surrogatePlot([rect()], wrong({ show: "x" })), RangeError, 'show is "x"');
  assertThrows(() => surrogatePlot([rect()], { range: [1, 1] }), RangeError, "from 1 to 1");
});
