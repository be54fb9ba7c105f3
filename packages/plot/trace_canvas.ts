import { checkNames, fail, takeFlag, takeList, takeNumber } from "@spikeloop/errors";
import type { PlotCanvas } from "./canvas_look.ts";
import {
  canvasOptionNames,
  type CanvasPlot,
  type CanvasPlotOptions,
  type Column,
  makeCanvasPlot,
  type Surface,
} from "./canvas_plot.ts";
import { seriesColors } from "./palette.ts";

/** The options of `traceCanvas`. */
export interface TraceCanvasOptions extends CanvasPlotOptions {
  /** The values at the foot and at the top of a lane; they widen with the values if missing. */
  readonly range?: readonly [low: number, high: number];
  /** The height of a thin line in every lane. */
  readonly threshold?: number;
  /** Draws all units over each other, each in a color of its own, instead of in lanes. */
  readonly overlay?: boolean;
}

/** The width of lines in CSS pixels. */
const lineWidth = 1.4;

/**
 * Makes traces on a canvas that run along with a simulation: the last `steps` time steps, the
 * newest at the right edge, one lane per unit from the bottom up, as in `tracePlot`. A frame of 400
 * x 80 pixels takes less than 1 ms. The background stays transparent. A value that is not finite
 * leaves a gap.
 *
 * @param canvas An `HTMLCanvasElement`, or an `OffscreenCanvas` in a worker.
 * @throws {TypeError} if the canvas is none or has a context of another kind, or an option is
 * missing, unknown or of the wrong kind.
 * @throws {RangeError} if an option is out of range.
 *
 * @example
 * ```ts ignore
 * const canvas = document.querySelector("canvas")!;
 * const traces = traceCanvas(canvas, { units: 4, steps: 200, range: [-0.5, 1], threshold: 0.5 });
 * for (;;) {
 *   [state] = step(state, x);
 *   traces.push(state.v.dataSync());
 *   traces.draw();
 *   await new Promise(requestAnimationFrame);
 * }
 * ```
 */
export function traceCanvas(canvas: PlotCanvas, options: TraceCanvasOptions): CanvasPlot {
  const action = "run traceCanvas";
  checkNames(action, options, [...canvasOptionNames, "range", "threshold", "overlay"]);
  const { range, threshold, overlay = false, ...rest } = options;
  takeFlag(action, "overlay", overlay);
  if (threshold !== undefined) takeNumber(action, "threshold", threshold);
  let [low, high] = range === undefined
    ? [threshold ?? Infinity, threshold ?? -Infinity]
    : takeList(action, "range", range, takeNumber, 2);
  if (range !== undefined && !(low < high)) {
    fail(action, `range is from ${low} to ${high}, expected the larger end last`, RangeError);
  }

  /** Widens the scale for values. */
  function widen(values: Float32Array): boolean {
    const [lowBefore, highBefore] = [low, high];
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      // More than needed, so that a value that keeps growing does not repaint every step.
      const more = low < high ? (high - low) / 4 : 0;
      if (value < low) low = value - more;
      if (value > high) high = value + more;
    }
    return low !== lowBefore || high !== highBefore;
  }

  function paint(surface: Surface, { values, before, left, right }: Column): void {
    const { width, height, colors, soft, ratio, pixels } = surface;
    const units = values.length;
    const lane = overlay ? height : height / units;
    const half = lineWidth * ratio / 2;
    const room = Math.max(0, lane - 2 * half - ratio); // lines stay inside their lanes
    for (let unit = 0; unit < units; unit++) {
      const foot = height - (overlay ? 0 : unit * lane) - (lane - room) / 2;
      const heightOf = (value: number) =>
        foot - room * Math.min(1, Math.max(0, (value - low) / (high - low || 1)));
      const fill = (x: number, top: number, bottom: number, color: number) =>
        fillColumn(pixels, width, x, top, bottom, color);
      if (threshold !== undefined && (unit === 0 || !overlay)) {
        const at = Math.round(heightOf(threshold));
        for (let x = left; x < right; x++) fill(x, at, at + Math.max(1, ratio / 2), soft);
      }
      if (!Number.isFinite(values[unit])) continue;
      const to = heightOf(values[unit]);
      const from = Number.isFinite(before[unit]) ? heightOf(before[unit]) : to;
      const rise = (to - from) / (right - left);
      for (let x = left; x < right; x++) {
        const [y, next] = [from + rise * (x - left), from + rise * (x + 1 - left)];
        fill(x, Math.min(y, next) - half, Math.max(y, next) + half, colors[unit % colors.length]);
      }
    }
  }

  return makeCanvasPlot(
    {
      name: "traceCanvas",
      colors: overlay ? seriesColors : 1,
      widen: range === undefined ? widen : undefined,
      paint,
    },
    canvas,
    rest,
  );
}

/** Fills a piece of a column of pixels; those at its ends as far as they are in it. */
function fillColumn(
  pixels: Uint32Array,
  width: number,
  x: number,
  top: number,
  bottom: number,
  color: number,
): void {
  for (let y = Math.max(0, Math.floor(top)); y < bottom; y++) {
    const index = y * width + x;
    if (index >= pixels.length) return;
    const share = Math.min(bottom, y + 1) - Math.max(top, y);
    const opacity = Math.round(255 * Math.min(1, share));
    if (opacity < pixels[index] >>> 24) continue;
    pixels[index] = (opacity << 24 | color & 0xffffff) >>> 0;
  }
}
