import { onBrowser } from "@spikeloop/dev";
import { assertEquals } from "@std/assert";

/** A page that counts the opaque pixels in the four quarters of each plot, after 130 steps. */
const script = `import { rasterCanvas, traceCanvas } from "/packages/plot/mod.js";

const quarters = (context) => [0, 1].flatMap((row) => [0, 1].map((column) => {
  const { width, height } = context.canvas;
  const [w, h] = [width / 2, height / 2];
  const { data } = context.getImageData(column * w, row * h, w, h);
  return data.filter((value, i) => i % 4 === 3 && value > 0).length;
}));

export function run() {
  document.documentElement.style.color = "#fff"; // a dark page
  const element = document.createElement("canvas");
  document.body.append(element);
  element.style.width = "200px";
  element.style.height = "40px";
  const raster = rasterCanvas(element, { units: 2, steps: 100, pixelRatio: 2 });
  const off = new OffscreenCanvas(200, 40);
  const trace = traceCanvas(off, { units: 2, steps: 100, range: [-1, 1] });
  for (let step = 0; step < 130; step++) {
    raster.push([Number(step >= 90), Number(step < 50)]);
    trace.push([0, step < 80 ? NaN : 1]);
    raster.draw();
    trace.draw();
  }
  const natural = document.createElement("canvas"); // no size in CSS
  document.body.append(natural);
  const plot = rasterCanvas(natural, { units: 1, steps: 9, pixelRatio: 2 });
  for (let i = 0; i < 3; i++) plot.resize();
  const seen = element.getContext("2d").getImageData(396, 79 - 10, 1, 1).data;
  return {
    raster: quarters(element.getContext("2d")),
    trace: quarters(off.getContext("2d")).map((count) => count > 0),
    color: [...seen.slice(0, 3)],
    natural: [natural.width, natural.height, natural.clientWidth, natural.clientHeight],
  };
}
`;

await onBrowser(
  "plots on canvases",
  "packages/plot/mod.ts",
  (run) =>
    Deno.test("plots on canvases have the right pixels in a browser", async () => {
      assertEquals(await run(script), {
        // 20 of 50 steps of the upper unit and 40 of the lower one, 3 of 4 pixels by 32 of 40.
        raster: [20 * 3 * 32, 0, 0, 40 * 3 * 32],
        trace: [false, true, true, true],
        color: [0x74, 0xa9, 0xff], // of the dark theme
        natural: [600, 300, 300, 150],
      });
    }),
);
