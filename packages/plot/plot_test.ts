import { assert, assertEquals, assertMatch, assertNotMatch, assertThrows } from "@std/assert";
import { atan, rect, superSpike } from "@spikeloop/surrogate";
import { type Tensor, tensor } from "@spikeloop/tensor";
import { heatmapPlot, linePlot, rasterPlot, surrogatePlot, tracePlot } from "./mod.ts";

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
  "an empty trace": tracePlot([], { spikes: [], threshold: 1 }),
  "a trace": tracePlot([[0, 1], [NaN, 2]], { threshold: 1, names: ["x", "y"] }),
  "surrogates": surrogatePlot([rect(), atan(), superSpike()], { title: "Slopes" }),
};

Deno.test("every picture is one SVG element without NaN or undefined", async (t) => {
  for (const [name, svg] of Object.entries(pictures)) {
    await t.step(name, () => {
      assertMatch(svg, /^<svg .*<\/svg>$/s);
      assertNotMatch(svg, /NaN|Infinity|undefined/);
      assertEquals(svg.match(/<svg/g)?.length, 1);
    });
  }
});

Deno.test("pictures follow the color scheme of the reader", () => {
  assertMatch(pictures.surrogates, /prefers-color-scheme:dark/);
});

Deno.test("labels are escaped", () => {
  const svg = linePlot([{ name: "<b>", y: [1] }, { name: '"&"', y: [2] }], { title: "<script>" });
  assertNotMatch(svg, /<script>|<b>/);
  assert(svg.includes("&#60;script&#62;"));
});

Deno.test("time has ticks at whole steps only", () => {
  assertNotMatch(rasterPlot([[1], [0], [1]]), />[\d]\.[\d]</);
  assertMatch(linePlot([{ name: "a", x: [0, 1], y: [0, 1] }]), />0\.5</);
});

Deno.test("a tensor with one row of a batch is drawn as without the axis of the batch", () => {
  const [rows, sequence] = [[3, 2], [3, 1, 2]].map((shape) => tensor([1, 0, 0, 1, 0, 0], shape));
  assertEquals(rasterPlot(sequence), rasterPlot(rows));
  assertEquals(heatmapPlot(sequence), heatmapPlot(rows));
  const plot = (x: Tensor) => tracePlot(x, { spikes: x });
  assertEquals(plot(sequence), plot(rows));
  assertThrows(
    () => rasterPlot(tensor([1, 0, 0, 1, 0, 0], [1, 3, 2])),
    TypeError,
    "the tensor has shape [1, 3, 2], expected [rows, columns] or [rows, 1, columns]; slice(x,",
  );
});

Deno.test("wrong arguments are refused by name", () => {
  assertThrows(
    () => linePlot([{ name: "a", x: [1], y: [1, 2] }]),
    TypeError,
    'Cannot plot x of series "a": its length is 1, expected 2',
  );
  assertThrows(() => rasterPlot([[1], [1, 2]]), TypeError, "row 1 has length 2");
  assertThrows(() => rasterPlot(tensor([1, 2])), TypeError, "[2]");
  assertThrows(() => linePlot([{ name: "a", y: [1] }], { width: 3 }), RangeError, "width is 3");
  assertThrows(() => tracePlot([[1, 2]], { spikes: [[1]] }), TypeError, "they are [1, 1]");
  const wrong = (value: unknown) => value as never;
  assertThrows(() => linePlot([wrong([1, 2])]), TypeError, "series 0 is an array");
  assertThrows(() => rasterPlot([wrong([1, "2"])]), TypeError, 'element 1 is "2"');
  assertThrows(() => linePlot([], wrong({ titel: "x" })), TypeError, "did you mean title");
  assertThrows(() => linePlot([], wrong({ theme: "drak" })), RangeError, "did you mean dark?");
  assertThrows(() => linePlot([], wrong({ title: 5 })), TypeError, "title is 5");
  assertThrows(() => rasterPlot([[1]], { stepsPerUnit: 0 }), RangeError, "stepsPerUnit is 0");
  assertThrows(() => tracePlot([[1]], { threshold: NaN }), RangeError, "threshold is NaN");
  assertThrows(() => tracePlot([[1]], { names: [] }), TypeError, "names.length is 0, expected 1");
  assertThrows(() => surrogatePlot([rect()], wrong({ show: "x" })), RangeError, 'show is "x"');
  assertThrows(() => surrogatePlot([rect()], { range: [1, 1] }), RangeError, "from 1 to 1");
  assertThrows(
    () => surrogatePlot([rect()], { range: wrong([1]) }),
    TypeError,
    "range.length is 1",
  );
});
