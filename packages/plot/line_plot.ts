import { refuse } from "@spikeloop/errors";
import { dot } from "./legend.ts";
import { checkPlotOptions, makeFrame, type PlotOptions } from "./frame.ts";
import { color, pointsOf, polyline } from "./svg.ts";
import { extent, type Numbers, numbersOf } from "./values.ts";

/** One line of a plot. */
export interface Series {
  /** The name in the legend, which is shown if there are several series. */
  readonly name: string;
  /** The places of the points; 0, 1, 2, ... if missing. */
  readonly x?: Numbers;
  /** The values of the points; a value that is not finite leaves a gap. */
  readonly y: Numbers;
  /** Draws dots instead of a line. */
  readonly points?: boolean;
  /** The spread around the points, as two lists of values: the area between them is shaded. */
  readonly band?: readonly [low: Numbers, high: Numbers];
}

/**
 * Draws lines over a common axis, as SVG text.
 *
 * @throws {TypeError} if a series is not a list of numbers, x and y differ in length, or an option
 * is unknown.
 * @throws {RangeError} if width or height are below 80.
 *
 * @example
 * ```ts
 * import { linePlot } from "@spikeloop/plot";
 * import { assert } from "@std/assert";
 *
 * const loss = { name: "loss", y: [3, 2, 1.5, 1.2] };
 * const svg = linePlot([loss], { xLabel: "update", yLabel: "loss" });
 * assert(svg.startsWith("<svg"));
 * ```
 */
export function linePlot(series: readonly Series[], options: PlotOptions = {}): string {
  if (!Array.isArray(series)) {
    refuse("plot lines", "series", series, "an array of { name, y }");
  }
  checkPlotOptions("linePlot", options);
  const data = Array.from(series as readonly Series[], (one, i) => {
    if (typeof one?.name !== "string") {
      refuse("plot lines", `series ${i}`, one, "{ name, y } with a name");
    }
    const { x, y, band = [] } = one;
    const title = `series "${one.name}"`;
    const ys = numbersOf(y, title);
    const beside = (values: Numbers, what: string) =>
      numbersOf(values, `${what} of ${title}`, ys.length);
    const xs = x === undefined ? Array.from(ys, (_, i) => i) : beside(x, "x");
    return { ...one, xs, lines: [ys, ...Array.from(band, (edge) => beside(edge, "the band"))] };
  });
  const frame = makeFrame({
    options,
    xRange: extent(data.map((d) => d.xs)),
    yRange: extent(data.flatMap((d) => d.lines)),
    wholeX: series.every(({ x }) => x === undefined),
    legend: data.map(({ name, points }, i) => ({
      name,
      color: i,
      mark: points ? dot : undefined,
    })),
  });
  return frame.render(data.map(({ xs, lines, points }, i) => {
    const px = Array.from(xs, frame.x);
    const [py, ...band] = lines.map((ys) => Array.from(ys, frame.y));
    const shade = band.length === 2 ? area(px, band, i) : "";
    if (!points) return shade + polyline(px, py, `stroke="${color(i)}" stroke-width="2"`);
    return pointsOf(px, py).map((point) =>
      point &&
      `<circle cx="${point[0]}" cy="${point[1]}" r="2.5" fill="${color(i)}" fill-opacity="0.8"/>`
    ).join("");
  }));
}

/** The area between two lines. */
function area(px: readonly number[], [low, high]: readonly number[][], series: number): string {
  const points = [...pointsOf(px, high), ...pointsOf(px, low).reverse()].filter(Boolean).join(" ");
  return `<polygon points="${points}" fill="${color(series)}" fill-opacity="0.15"/>`;
}
