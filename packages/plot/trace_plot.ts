import { fail, refuse, takeList, takeNumber } from "@spikeloop/errors";
import { checkPlotOptions, makeFrame, type PlotOptions } from "./frame.ts";
import { dashedLine, type LegendEntry, upright } from "./legend.ts";
import { color, coordinate, dashes, polyline, text } from "./svg.ts";
import { extent, type Rows, rowsOf } from "./values.ts";

/** The options of `tracePlot`. */
export interface TracePlotOptions extends PlotOptions {
  /** Names of the units; their numbers if missing. */
  readonly names?: readonly string[];
  /** The height of a dashed line in every lane. */
  readonly threshold?: number;
  /** The spikes of the units, as the trace, for strokes at the top of the lanes. */
  readonly spikes?: Rows;
  /** The number of time steps per unit of the horizontal axis; 1 if missing. */
  readonly stepsPerUnit?: number;
}

/**
 * Draws traces of membranes as SVG text: one lane per unit from the bottom up. All lanes have the
 * same scale, with marks at 0 and the threshold. The time axis is the same as in `rasterPlot`, so
 * that the two plots fit one above the other.
 *
 * @param trace One row per time step, [T, units] or [T, 1, units].
 * @throws {TypeError} if `trace` or `spikes` is not a table of numbers, they differ in size, the
 * number of names is not the number of units, or an option is unknown.
 * @throws {RangeError} if an option is out of range.
 *
 * @example
 * ```ts
 * import { tracePlot } from "@spikeloop/plot";
 * import { assert } from "@std/assert";
 *
 * assert(tracePlot([[0, 0.1], [0.2, 0.4]], { threshold: 0.5 }).includes("stroke-dasharray"));
 * ```
 */
export function tracePlot(trace: Rows, options: TracePlotOptions = {}): string {
  checkPlotOptions("tracePlot", options, ["names", "threshold", "spikes", "stepsPerUnit"]);
  const rows = rowsOf(trace, "the trace");
  const units = rows[0]?.length ?? 0;
  const { names, threshold, spikes, stepsPerUnit = 1, ...rest } = options;
  const action = "run tracePlot";
  takeNumber(action, "stepsPerUnit", stepsPerUnit, { above: 0 });
  if (threshold !== undefined) takeNumber(action, "threshold", threshold);
  if (names !== undefined && takeList(action, "names", names, takeName).length !== units) {
    refuse(action, "names.length", names.length, `${units}`);
  }
  const fired = spikes === undefined ? [] : rowsOf(spikes, "the spikes");
  if (
    spikes !== undefined && (fired.length !== rows.length || fired[0]?.length !== rows[0]?.length)
  ) {
    fail(
      "plot the spikes",
      `they are [${fired.length}, ${
        fired[0]?.length ?? 0
      }], the trace is [${rows.length}, ${units}]`,
    );
  }
  const [low, high] = extent([...rows, threshold === undefined ? [] : [threshold]]);
  const span = high > low ? high - low : 1;
  const legend: LegendEntry[] = [
    { name: "membrane", color: 0 },
    ...(spikes === undefined ? [] : [{ name: "spike", color: 1, mark: upright }]),
    ...(threshold === undefined ? [] : [
      { name: `threshold ${shortest(threshold)}`, color: 0, mark: dashedLine },
    ]),
  ];
  const frame = makeFrame({
    options: { xLabel: "time step", ...rest },
    xRange: [0, Math.max(rows.length, 1) / stepsPerUnit],
    wholeX: true,
    yRange: [0, Math.max(units, 1)],
    exactY: true,
    yNames: Array.from(
      { length: units },
      (_, unit) => ({ at: unit + 0.5, name: names?.[unit] ?? String(unit) }),
    ),
    legend,
  });
  // The top of a lane is for the spikes.
  const share = spikes === undefined ? 0.84 : 0.62;
  const lane = (unit: number, value: number) => frame.y(unit + 0.08 + share * (value - low) / span);
  const xs = rows.map((_, t) => frame.x((t + 0.5) / stepsPerUnit));
  const end = frame.x(Math.max(rows.length, 1) / stepsPerUnit);
  const across = (y: number, attributes: string) =>
    `<path d="M${coordinate(frame.x(0))} ${coordinate(y)}H${coordinate(end)}" ${attributes}/>`;
  const marks: string[] = [];
  // Where lanes are lower than a line of text, some of them show their 0.
  const every = Math.ceil(frame.em / (frame.y(0) - frame.y(1)));
  for (let unit = 0; unit < units; unit++) {
    if (low <= 0 && high >= 0) {
      const y = lane(unit, 0);
      marks.push(across(y, 'stroke="var(--grid)"'));
      if (unit % every === 0) {
        marks.push(text(end + frame.em / 3, y + frame.em / 3, "0", 'fill="var(--soft)"'));
      }
    }
    if (threshold !== undefined) marks.push(across(lane(unit, threshold), dashes));
    const ys = rows.map((row) => lane(unit, row[unit]));
    marks.push(polyline(xs, ys, `stroke="${color(0)}" stroke-width="1.4"`));
    const [from, to] = [0.78, 0.94].map((at) => coordinate(frame.y(unit + at)));
    const strokes = xs.filter((_, t) => fired[t]?.[unit]).map((x) =>
      `M${coordinate(x)} ${from}V${to}`
    );
    if (strokes.length > 0) {
      marks.push(`<path d="${strokes.join("")}" stroke="${color(1)}" stroke-width="1.6"/>`);
    }
  }
  return frame.render(marks);
}

/** Shows a number with at most three decimals. */
function shortest(value: number): string {
  return String(Number(value.toFixed(3))).replace("-", "−");
}

/** Checks the name of a trace, which may be empty. */
function takeName(action: string, name: string, value: unknown): string {
  return typeof value === "string" ? value : refuse(action, name, value, "a string");
}
