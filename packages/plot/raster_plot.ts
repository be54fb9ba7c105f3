import { takeNumber } from "@spikeloop/errors";
import { checkPlotOptions, makeFrame, numberNames, type PlotOptions } from "./frame.ts";
import { color, coordinate } from "./svg.ts";
import { type Rows, rowsOf } from "./values.ts";

/** The options of `rasterPlot`. */
export interface RasterPlotOptions extends PlotOptions {
  /** The number of time steps per unit of the horizontal axis; 1 if missing. */
  readonly stepsPerUnit?: number;
  /** The number of the first time step, for a window that runs along; 0 if missing. */
  readonly firstStep?: number;
}

/**
 * Draws a spike raster as SVG text: one mark per spike, time to the right, one line per unit from
 * the bottom up. Counts above 1 have stronger marks.
 *
 * @param spikes One row per time step, [T, units] or [T, 1, units]. Numbers other than 0 are
 * spikes.
 * @throws {TypeError} if `spikes` is not a table of numbers, or an option is unknown.
 * @throws {RangeError} if an option is out of range.
 *
 * @example
 * ```ts
 * import { rasterPlot } from "@spikeloop/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const svg = rasterPlot([[1, 0, 0], [0, 1, 1]]);
 * assertEquals(svg.match(/<path/g)?.length, 1);
 * ```
 */
export function rasterPlot(spikes: Rows, options: RasterPlotOptions = {}): string {
  checkPlotOptions("rasterPlot", options, ["stepsPerUnit", "firstStep"]);
  const rows = rowsOf(spikes, "spikes");
  const units = rows[0]?.length ?? 0;
  const { stepsPerUnit = 1, firstStep = 0, ...rest } = options;
  takeNumber("run rasterPlot", "stepsPerUnit", stepsPerUnit, { above: 0 });
  takeNumber("run rasterPlot", "firstStep", firstStep, { integer: true });
  const frame = makeFrame({
    options: { xLabel: "time step", yLabel: "unit", ...rest },
    xRange: [firstStep / stepsPerUnit, (firstStep + Math.max(rows.length, 1)) / stepsPerUnit],
    wholeX: true,
    yRange: [0, Math.max(units, 1)],
    exactY: true,
    yNames: numberNames(units, 10, (unit) => unit + 0.5),
  });
  const half = Math.max(1, Math.abs(frame.y(0) - frame.y(1)) * 0.4);
  const marks = new Map<number, string>();
  rows.forEach((row, t) => {
    for (let unit = 0; unit < units; unit++) {
      const count = Math.abs(row[unit]);
      if (!(count > 0)) continue;
      const [x, y] = [frame.x((firstStep + t + 0.5) / stepsPerUnit), frame.y(unit + 0.5)];
      marks.set(
        count,
        `${marks.get(count) ?? ""}M${coordinate(x)} ${coordinate(y - half)}V${
          coordinate(y + half)
        }`,
      );
    }
  });
  const stroke = Math.min(3, Math.max(0.8, Math.abs(frame.x(1 / stepsPerUnit) - frame.x(0)) * 0.6));
  return frame.render(
    [...marks].map(([count, path]) =>
      `<path d="${path}" stroke="${color(0)}" stroke-width="${
        coordinate(stroke * Math.sqrt(count))
      }"/>`
    ),
  );
}
