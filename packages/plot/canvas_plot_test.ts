import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { FakeCanvas } from "@spikeloop/dev/testing";
import { rasterCanvas, traceCanvas } from "./mod.ts";

const wrong = (value: unknown) => value as never;

Deno.test("a raster runs to the left, with unit 0 at the bottom", () => {
  const canvas = new FakeCanvas(4, 2);
  const raster = rasterCanvas(canvas, { units: 2, steps: 4 });
  raster.draw();
  assertEquals(canvas.text(), ["....", "...."]);
  raster.push([1, 0]);
  raster.push([0, 1, 0, 0]); // two steps
  raster.draw();
  assertEquals(canvas.text(), ["..a.", ".a.."]);
  raster.push([3, NaN, 0, 1]);
  raster.draw();
  assertEquals(canvas.text(), ["a..a", "..a."]);
  raster.clear();
  assertEquals(canvas.text(), ["....", "...."]);
});

Deno.test("marks are apart where there is room", () => {
  const canvas = new FakeCanvas(10, 10);
  const raster = rasterCanvas(canvas, { units: 2, steps: 2 });
  raster.push([1, 1, 1, 1]);
  raster.draw();
  const [marks, gap] = ["aaa..aaa..", ".........."];
  assertEquals(canvas.text(), [marks, marks, marks, marks, gap, marks, marks, marks, marks, gap]);
});

const kinds = {
  rasterCanvas: (x: number) => Number(x > 0.7),
  traceCanvas: (x: number) => x,
};

for (const [name, valueOf] of Object.entries(kinds)) {
  Deno.test(`${name}() draws step by step as it draws all at once, at any size`, () => {
    for (const [width, height, units, steps] of [[11, 9, 3, 5], [7, 4, 5, 16], [40, 20, 2, 40]]) {
      const values = Array.from(
        { length: units * (2 * steps + 3) },
        (_, i) => valueOf((Math.sin(i * i) + 1) / 2),
      );
      const make = (canvas: FakeCanvas) =>
        name === "rasterCanvas"
          ? rasterCanvas(canvas, { units, steps })
          : traceCanvas(canvas, { units, steps, range: [0, 1] });
      const [live, late] = [new FakeCanvas(width, height), new FakeCanvas(width, height)];
      const [plot, other] = [make(live), make(late)];
      for (let i = 0; i < values.length; i += units) {
        plot.push(values.slice(i, i + units));
        plot.draw();
      }
      other.push(values);
      other.draw();
      assertEquals(live.text(), late.text());
      plot.resize(); // everything again
      assertEquals(live.text(), late.text());
    }
  });
}

Deno.test("a frame without new steps touches nothing, and another is two images at most", () => {
  const canvas = new FakeCanvas(400, 80);
  const raster = rasterCanvas(canvas, { units: 10, steps: 200 });
  for (let i = 0; i < 300; i++) {
    raster.push(new Float32Array(10).fill(1));
    raster.draw();
    raster.draw();
  }
  assertEquals(canvas.puts <= 600, true);
});

Deno.test("an element has as many pixels as its size and the ratio ask for", () => {
  const element = new FakeCanvas(300, 150, [400, 80]);
  const raster = rasterCanvas(element, { units: 1, steps: 4, pixelRatio: 2 });
  assertEquals([element.width, element.height], [800, 160]);
  raster.resize({ pixelRatio: 1.5 });
  assertEquals([element.width, element.height], [600, 120]);
  const offscreen = new FakeCanvas(300, 150);
  rasterCanvas(offscreen, { units: 1, steps: 4, width: 200, height: 40, pixelRatio: 2 });
  assertEquals([offscreen.width, offscreen.height], [400, 80]);
});

Deno.test("colors are the theme's or the caller's, by unit", () => {
  const colorsOf = (options: object) => {
    const canvas = new FakeCanvas(1, 3);
    const raster = rasterCanvas(canvas, { units: 3, steps: 1, ...options });
    raster.push([1, 1, 1]);
    raster.draw();
    return [...canvas.pixels].reverse().map((pixel) => pixel.toString(16));
  };
  assertEquals(colorsOf({ colors: ["#010203", "#a0b0c0"] }), ["ff030201", "ffc0b0a0", "ff030201"]);
  assertEquals(new Set(colorsOf({})).size, 1);
  assertNotEquals(colorsOf({ theme: "dark" }), colorsOf({ theme: "light" }));
});

Deno.test("a trace joins its values, leaves gaps, and stays in its lane", () => {
  const canvas = new FakeCanvas(6, 24);
  const trace = traceCanvas(canvas, { units: 2, steps: 6, range: [0, 1], colors: ["#000000"] });
  for (const value of [0, 1, NaN, 1, 9]) trace.push([0.5, value]);
  trace.draw();
  const rows = (x: number, from: number, to: number) =>
    Array.from({ length: to - from }, (_, y) => canvas.pixels[(from + y) * 6 + x]).filter(Boolean)
      .length;
  assertEquals(rows(0, 0, 24), 0); // five of six steps
  assertEquals(
    Array.from({ length: 5 }, (_, i) => rows(i + 1, 12, 24)),
    [2, 2, 2, 2, 2].map((n) => n),
  );
  assertEquals(rows(2, 0, 12) > 8, true); // from 0 up to 1
  assertEquals([rows(3, 0, 12), rows(1, 0, 12) > 0, rows(5, 0, 12) > 0], [0, true, true]);
});

Deno.test("without a range the scale widens with the values; overlaid units have a color each", () => {
  const canvas = new FakeCanvas(4, 20);
  const trace = traceCanvas(canvas, { units: 2, steps: 4, overlay: true, threshold: 0.5 });
  for (const value of [0.1, 0.9, 40, -3]) trace.push([value, -value]);
  trace.draw();
  const opaque = new Set(canvas.pixels.filter((p) => p >>> 24 === 255));
  assertEquals(opaque.size, 3); // two units and the threshold
});

Deno.test("canvases refuse wrong arguments by name", () => {
  const canvas = () => new FakeCanvas();
  const options = { units: 2, steps: 4 };
  assertThrows(() => rasterCanvas(wrong("x"), options), TypeError, 'canvas is "x"');
  const taken = Object.assign(canvas(), { getContext: () => null });
  assertThrows(() => rasterCanvas(taken, options), TypeError, "a context of another kind");
  const unit = () => rasterCanvas(canvas(), wrong({ unit: 2 }));
  assertThrows(unit, TypeError, "did you mean units");
  assertThrows(() => rasterCanvas(canvas(), { units: 0, steps: 4 }), RangeError, "units is 0");
  const raster = rasterCanvas(canvas(), options);
  assertThrows(() => raster.push([1]), TypeError, "values.length is 1, expected 2");
  assertThrows(() => raster.push(wrong(5)), TypeError, "no list");
  assertThrows(() => raster.resize({ colors: [] }), RangeError, "the number of colors is 0");
  assertThrows(() => raster.resize({ colors: ["red"] }), TypeError, 'colors[0] is "red"');
  assertThrows(() => raster.resize({ theme: wrong("drak") }), RangeError, "did you mean dark");
  const range = () => traceCanvas(canvas(), { ...options, range: [1, 0] });
  assertThrows(range, RangeError, "from 1 to 0");
});
