import { type Label, tickLabel } from "./axis.ts";
import { checkPlotOptions, makeFrame, numberNames, type PlotOptions } from "./frame.ts";
import { dashedLine, type LegendEntry } from "./legend.ts";
import { color, coordinate } from "./svg.ts";
import { extent, type Rows, rowsOf } from "./values.ts";

/** The numbers of the colors of negative and of positive values. */
const [cold, warm] = [0, 1];

/**
 * Draws a matrix as SVG text, such as lateral weights: one cell per number, row 0 at the top. The
 * largest absolute value has the full color, and 0 has none; negative and positive values have a
 * color each. Numbers that are not finite leave a gap.
 *
 * @param values Rows of numbers, [rows, columns] or [rows, 1, columns].
 * @throws {TypeError} if `values` is not a table of numbers, or an option is unknown or of the
 * wrong kind.
 * @throws {RangeError} if width or height are below 80.
 *
 * @example
 * ```ts
 * import { heatmapPlot } from "@spikeloop/plot";
 * import { assert } from "@std/assert";
 *
 * const svg = heatmapPlot([[0, 0.4], [-0.2, 0]], { xLabel: "from unit", yLabel: "to unit" });
 * assert(svg.startsWith("<svg"));
 * ```
 */
export function heatmapPlot(values: Rows, options: PlotOptions = {}): string {
  checkPlotOptions("heatmapPlot", options);
  return drawHeatmap(rowsOf(values, "a heat map"), options);
}

/**
 * Draws rows of numbers.
 *
 * @param xNames Labels of columns, instead of ticks.
 */
export function drawHeatmap(
  rows: readonly ArrayLike<number>[],
  options: PlotOptions,
  xNames?: readonly Label[],
): string {
  const columns = rows[0]?.length ?? 0;
  const [low, high] = extent(rows);
  const most = Math.max(-low, high);
  const frame = makeFrame({
    options: { xLabel: "column", yLabel: "row", ...options },
    xRange: [0, Math.max(1, columns)],
    wholeX: true,
    xNames,
    yRange: [0, Math.max(1, rows.length)],
    exactY: true,
    yNames: numberNames(rows.length, 10, (row) => rows.length - row - 0.5), // row 0 is at the top
    legend: makeScale(low, high),
  });
  const [width, height] = [frame.x(1) - frame.x(0), frame.y(0) - frame.y(1)];
  // One path for all cells of a color keeps the picture of a large matrix small.
  const paths = new Map<string, string>();
  rows.forEach((row, i) => {
    for (let j = 0; j < columns; j++) {
      const strength = Math.round(100 * Math.abs(row[j]) / most) / 100;
      if (!(strength > 0 && strength <= 1)) continue;
      const fill = `fill="${color(row[j] < 0 ? cold : warm)}" fill-opacity="${strength}"`;
      const corner = `M${coordinate(frame.x(j))} ${coordinate(frame.y(rows.length - i))}`;
      const cell = `${corner}h${coordinate(width)}v${coordinate(height)}h${coordinate(-width)}z`;
      paths.set(fill, (paths.get(fill) ?? "") + cell);
    }
  });
  return frame.render([...paths].map(([fill, path]) => `<path d="${path}" ${fill}/>`));
}

/** The legend: the largest values of both signs, and 0. */
function makeScale(low: number, high: number): LegendEntry[] {
  const name = (value: number) =>
    tickLabel(value, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return [
    ...low < 0 ? [{ name: name(low), color: cold }] : [],
    { name: "0", color: cold, mark: dashedLine },
    ...high > 0 ? [{ name: name(high), color: warm }] : [],
  ];
}
