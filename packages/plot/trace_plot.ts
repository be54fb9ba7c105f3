import { colour, coordinate, makeFrame, type PlotOptions, polyline } from "./frame.ts";
import { extent, type Rows, rowsOf } from "./values.ts";

/** What `tracePlot` takes besides. */
export interface TracePlotOptions extends PlotOptions {
  /** Names of the units; their numbers if missing. */
  readonly names?: readonly string[];
  /** Drawn as a dashed line in every lane. */
  readonly threshold?: number;
  /** How many time steps make one unit of the horizontal axis; 1 if missing. */
  readonly stepsPerUnit?: number;
}

/**
 * Courses of membranes as SVG text: one lane per unit, all of one scale. `course` is [T, units]: one row per time step.
 *
 * @throws {TypeError} if `course` is no table of numbers.
 *
 * @example
 * ```ts
 * import { tracePlot } from "@spikeloop/plot";
 * import { assert } from "@std/assert";
 *
 * assert(tracePlot([[0, 0.1], [0.2, 0.4]], { threshold: 0.5 }).includes("stroke-dasharray"));
 * ```
 */
export function tracePlot(course: Rows, options: TracePlotOptions = {}): string {
  const rows = rowsOf(course, "the course");
  const units = rows[0]?.length ?? 0;
  const { names, threshold, stepsPerUnit = 1, ...rest } = options;
  const [low, high] = extent([...rows, threshold === undefined ? [] : [threshold]]);
  const span = high > low ? high - low : 1;
  const frame = makeFrame({
    options: { xLabel: "time step", ...rest },
    xRange: [0, Math.max(rows.length - 1, 1) / stepsPerUnit],
    yRange: [0, Math.max(units, 1)],
    exactY: true,
    yNames: Array.from(
      { length: units },
      (_, unit) => ({ at: units - unit - 0.5, name: names?.[unit] ?? String(unit) }),
    ),
  });
  const lane = (unit: number, value: number) =>
    frame.y(units - unit - 1 + 0.08 + 0.84 * (value - low) / span);
  const xs = rows.map((_, t) => frame.x(t / stepsPerUnit));
  const marks: string[] = [];
  for (let unit = 0; unit < units; unit++) {
    if (threshold !== undefined) {
      const y = coordinate(lane(unit, threshold));
      marks.push(
        `<path d="M${coordinate(xs[0])} ${y}H${
          coordinate(xs[xs.length - 1])
        }" stroke="var(--soft)" stroke-width="0.7" stroke-dasharray="3 3"/>`,
      );
    }
    const ys = rows.map((row) => lane(unit, row[unit]));
    marks.push(polyline(xs, ys, `stroke="${colour(unit)}" stroke-width="1.2"`));
  }
  return frame.render(marks);
}
