import { checkNames, fail, refuse, takeFunction, takeOneOf } from "@spikeloop/errors";
import { checkPlotOptions, type PlotOptions } from "./frame.ts";
import { linePlot } from "./line_plot.ts";
import { type Numbers, numbersOf } from "./values.ts";

/** The values of one seed over time. */
export interface Curve {
  /** The places of the values, such as steps of training. */
  readonly x: Numbers;
  /** The values, such as returns. */
  readonly y: Numbers;
}

/**
 * The spread of seeds around their mean: from the smallest to the largest, one standard deviation
 * (of the sample, with n - 1) to either side, or the ends of an interval that a function returns.
 */
export type Spread =
  | "range"
  | "deviation"
  | ((values: readonly number[]) => readonly [low: number, high: number]);

/** The mean of curves, as a series of `linePlot` needs it. */
export interface MeanCurve {
  /** The places that all curves have. */
  readonly x: readonly number[];
  /** The mean at each of them. */
  readonly y: readonly number[];
  /** The lower and the upper end of the spread. */
  readonly band: readonly [low: readonly number[], high: readonly number[]];
}

/** Runs that differ by their seeds alone. */
export interface SeedCurves {
  /** The name in the legend, which is shown if there are several. */
  readonly name: string;
  /** One curve per seed. */
  readonly curves: readonly Curve[];
}

/** The options of `learningCurvePlot`. */
export interface LearningCurvePlotOptions extends PlotOptions {
  /** The shaded area; `"range"` if missing. */
  readonly spread?: Spread;
}

const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

const spreads = {
  range: (values: readonly number[]) => [Math.min(...values), Math.max(...values)] as const,
  deviation(values: readonly number[]) {
    const mean = meanOf(values);
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const deviation = Math.sqrt(squares / Math.max(1, values.length - 1));
    return [mean - deviation, mean + deviation] as const;
  },
};

/**
 * Returns the mean of curves and its spread, at the places that all of them have.
 *
 * @throws {TypeError} if the curves are no list of { x, y } of equal length, or an option is of the
 * wrong kind.
 * @throws {RangeError} if there is no such spread.
 *
 * @example
 * ```ts
 * import { meanCurve } from "@spikeloop/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const curves = [{ x: [100, 200], y: [1, 4] }, { x: [100, 200, 300], y: [3, 8, 9] }];
 * const { x, y, band } = meanCurve(curves);
 * assertEquals([x, y], [[100, 200], [2, 6]]);
 * assertEquals(band, [[1, 4], [3, 8]]);
 * ```
 */
export function meanCurve(
  curves: readonly Curve[],
  options: { readonly spread?: Spread } = {},
): MeanCurve {
  const action = "run meanCurve";
  checkNames(action, options, ["spread"]);
  const { spread = "range" } = options;
  const spreadOf = typeof spread === "function"
    ? takeFunction(action, "spread", spread)
    : spreads[takeOneOf(action, "spread", spread, ["range", "deviation"])];
  if (!Array.isArray(curves)) refuse(action, "curves", curves, "an array of { x, y }");
  const tables = Array.from(curves as readonly Curve[], (curve, seed) => {
    if (typeof curve !== "object" || curve === null) {
      refuse(action, `curve ${seed}`, curve, "{ x, y }");
    }
    const [xs, ys] = [
      numbersOf(curve.x, `x of curve ${seed}`),
      numbersOf(curve.y, `y of curve ${seed}`),
    ];
    if (xs.length !== ys.length) {
      fail(action, `curve ${seed} has an x of length ${xs.length} and a y of ${ys.length}`);
    }
    return new Map(Array.from(xs, (x, i) => [x, ys[i]]));
  });
  const x = [...tables[0]?.keys() ?? []].filter((at) => tables.every((table) => table.has(at)));
  const values = x.map((at) => tables.map((table) => table.get(at) ?? NaN));
  const ends = values.map((at) => spreadOf(at));
  if (ends.some((pair) => !Array.isArray(pair) || pair.length !== 2)) {
    fail(action, "spread returns no pair of numbers");
  }
  return {
    x,
    y: values.map(meanOf),
    band: [ends.map(([low]) => low), ends.map(([, high]) => high)],
  };
}

/**
 * Draws learning curves over several seeds as SVG text: a line through the means, and the spread of
 * the seeds as a shaded area.
 *
 * @param runs What is compared, each with one curve per seed.
 * @throws {TypeError} if a curve is no { x, y } of equal length, or an option is unknown or of the
 * wrong kind.
 * @throws {RangeError} if an option is out of range.
 *
 * @example
 * ```ts
 * import { learningCurvePlot } from "@spikeloop/plot";
 * import { assert } from "@std/assert";
 *
 * const curves = [{ x: [0, 100, 200], y: [0, 4, 6] }, { x: [0, 100, 200], y: [0, 2, 7] }];
 * const svg = learningCurvePlot([{ name: "ILC-SAN", curves }], { spread: "deviation" });
 * assert(svg.includes("<polygon"));
 * ```
 */
export function learningCurvePlot(
  runs: readonly SeedCurves[],
  options: LearningCurvePlotOptions = {},
): string {
  const action = "run learningCurvePlot";
  checkPlotOptions("learningCurvePlot", options, ["spread"]);
  if (!Array.isArray(runs)) refuse(action, "runs", runs, "an array of { name, curves }");
  const { spread, ...rest } = options;
  const series = Array.from(runs as readonly SeedCurves[], (run, i) => {
    if (typeof run?.name !== "string") refuse(action, `run ${i}`, run, "{ name, curves }");
    return { name: run.name, ...meanCurve(run.curves, { spread }) };
  });
  return linePlot(series, { xLabel: "step", yLabel: "return", ...rest });
}
