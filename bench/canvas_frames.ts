// The time of a frame of the plots on canvases, in headless Chromium:
// deno run -A bench/canvas_frames.ts
// Each frame pushes one step, as a simulation at 60 steps a second does, and draws it.
import { openBrowser } from "@spikeloop/dev";

const script = `import { rasterCanvas, traceCanvas } from "/packages/plot/mod.js";

const [frames, units, steps] = [600, 20, 200];
const quantile = (times, share) => times.toSorted((a, b) => a - b)[Math.floor(share * times.length)];

async function measure(kind, make, pixelRatio) {
  const canvas = document.createElement("canvas");
  canvas.style.cssText = "width:400px;height:80px";
  document.body.append(canvas);
  const plot = make(canvas, { units, steps, pixelRatio });
  const context = canvas.getContext("2d");
  const times = [];
  for (let frame = 0; frame < frames; frame++) {
    const values = Float32Array.from({ length: units }, () =>
      kind === "raster" ? Number(Math.random() < 0.3) : Math.random());
    const start = performance.now();
    plot.push(values);
    plot.draw();
    if (frame >= 100) times.push(performance.now() - start);
    if (frame % 20 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  // All of them once more, until the pixels can be read.
  const start = performance.now();
  for (let frame = 0; frame < frames; frame++) {
    plot.push(new Float32Array(units).fill(frame % 3 / 2));
    plot.draw();
  }
  context.getImageData(0, 0, 1, 1);
  const through = (performance.now() - start) / frames;
  canvas.remove();
  return { kind, pixelRatio, median: quantile(times, 0.5), most: quantile(times, 0.99), through };
}

export async function run() {
  const rows = [];
  for (const pixelRatio of [1, 2]) {
    rows.push(await measure("raster", rasterCanvas, pixelRatio));
    rows.push(await measure("trace", (c, o) => traceCanvas(c, { ...o, range: [0, 1] }), pixelRatio));
  }
  return rows;
}
`;

const browser = await openBrowser("packages/plot/mod.ts");
if (browser === undefined) throw new Error("Cannot measure frames: no Chromium here");
const rows = await browser.run(script) as {
  readonly kind: string;
  readonly pixelRatio: number;
  readonly median: number;
  readonly most: number;
  readonly through: number;
}[];
await browser.close();
console.log("ms a frame, 400 x 80 CSS pixels, 20 units, 200 steps");
console.log("plot    pixels  median    99 %  through");
for (const { kind, pixelRatio, median, most, through } of rows) {
  const times = [median, most, through].map((ms) => ms.toFixed(3).padStart(8)).join("");
  console.log(`${kind.padEnd(7)} ${`${400 * pixelRatio} x ${80 * pixelRatio}`.padEnd(9)}${times}`);
}
