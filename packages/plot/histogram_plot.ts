import { takeNumber } from "@spikeloop/errors";
import { checkPlotOptions, makeFrame, type PlotOptions } from "./frame.ts";
import { color, coordinate } from "./svg.ts";
import { extent, type Numbers, numbersOf } from "./values.ts";

/** The options of `histogramPlot`. */
export interface HistogramPlotOptions extends PlotOptions {
  /** The number of bars; the square root of the number of values, at most 50, if missing. */
  readonly bins?: number;
}

/**
 * Draws how often values occur, as SVG text: bars of equal width from the smallest value to the
 * largest. A value at an edge counts in the bar to the right, the largest in the last bar.
 *
 * @param values A list of numbers, such as firing rates. Those that are not finite are left out.
 * @throws {TypeError} if `values` is not a list of numbers, or an option is unknown or of the wrong
 * kind.
 * @throws {RangeError} if `bins` is no integer from 1 to 1,000, or width or height are below 80.
 *
 * @example
 * ```ts
 * import { histogramPlot } from "@spikeloop/plot";
 * import { assert } from "@std/assert";
 *
 * const svg = histogramPlot([0.1, 0.2, 0.2, 0.7], { bins: 3, xLabel: "firing rate" });
 * assert(svg.startsWith("<svg"));
 * ```
 */
export function histogramPlot(values: Numbers, options: HistogramPlotOptions = {}): string {
  checkPlotOptions("histogramPlot", options, ["bins"]);
  const numbers = Array.from(numbersOf(values, "a histogram")).filter(Number.isFinite);
  const { bins = Math.min(50, Math.ceil(Math.sqrt(numbers.length)) || 1), ...rest } = options;
  takeNumber("run histogramPlot", "bins", bins, { min: 1, max: 1000, integer: true });
  const [from, to] = extent([numbers]);
  const [low, high] = from < to ? [from, to] : [from - 0.5, to + 0.5];
  const edge = (i: number) => low + (high - low) * i / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const value of numbers) {
    const share = (value - low) / (high - low);
    counts[Math.min(bins - 1, Math.floor(share * bins))]++;
  }
  const frame = makeFrame({
    options: { xLabel: "value", yLabel: "count", ...rest },
    xRange: [low, high],
    yRange: [0, Math.max(1, ...counts)],
  });
  const bars = counts.map((count, i) => {
    if (count === 0) return "";
    const [left, right, top] = [frame.x(edge(i)), frame.x(edge(i + 1)), frame.y(count)];
    const gap = Math.min(1, (right - left) / 4);
    const width = right - left - gap;
    return `<rect x="${coordinate(left + gap / 2)}" y="${coordinate(top)}" width="${
      coordinate(width)
    }" height="${coordinate(frame.y(0) - top)}" fill="${color(0)}"/>`;
  });
  return frame.render(bars);
}
