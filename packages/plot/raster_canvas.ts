import { checkNames } from "@spikeloop/errors";
import type { PlotCanvas } from "./canvas_look.ts";
import {
  canvasOptionNames,
  type CanvasPlot,
  type CanvasPlotKind,
  type CanvasPlotOptions,
  makeCanvasPlot,
} from "./canvas_plot.ts";

const raster: CanvasPlotKind = {
  name: "rasterCanvas",
  colors: 1,
  paint({ pixels, width, height, colors }, { values, left, right }) {
    const units = values.length;
    // Marks of steps and units next to each other are apart, where there is room.
    const end = right - (right - left > 2 ? Math.round((right - left) * 0.3) : 0);
    for (let unit = 0; unit < units; unit++) {
      if (!values[unit]) continue; // NaN is no spike
      const top = Math.floor((units - 1 - unit) * height / units);
      const foot = Math.floor((units - unit) * height / units);
      const gap = foot - top > 3 ? Math.round((foot - top) * 0.2) : 0;
      for (let y = top; y < Math.max(top + 1, foot - gap); y++) {
        pixels.fill(colors[unit % colors.length], y * width + left, y * width + end);
      }
    }
  },
};

/**
 * Makes a spike raster on a canvas that runs along with a simulation: the last `steps` time steps,
 * the newest at the right edge, one line per unit from the bottom up, as in `rasterPlot`. A frame
 * of 400 x 80 pixels takes less than 1 ms. The background stays transparent.
 *
 * @param canvas An `HTMLCanvasElement`, or an `OffscreenCanvas` in a worker.
 * @throws {TypeError} if the canvas is none or has a context of another kind, or an option is
 * missing, unknown or of the wrong kind.
 * @throws {RangeError} if an option is out of range.
 *
 * @example
 * ```ts ignore
 * const raster = rasterCanvas(document.querySelector("canvas")!, { units: 10, steps: 200 });
 * for (;;) {
 *   [state, spikes] = step(state, x);
 *   raster.push(spikes.dataSync()); // numbers other than 0 are spikes
 *   raster.draw();
 *   await new Promise(requestAnimationFrame);
 * }
 * ```
 */
export function rasterCanvas(canvas: PlotCanvas, options: CanvasPlotOptions): CanvasPlot {
  checkNames("run rasterCanvas", options, canvasOptionNames);
  return makeCanvasPlot(raster, canvas, options);
}
