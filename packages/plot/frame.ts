import { checkOptions, refuse } from "@spikeloop/errors";
import { type Axis, makeAxis, tickLabel } from "./axis.ts";
import { type LegendEntry, makeLegend } from "./legend.ts";
import { coordinate, cut, escapeText, style, text } from "./svg.ts";

/** The options of all plots. */
export interface PlotOptions {
  /** A line of text above the plot. */
  readonly title?: string;
  /** The text below the horizontal axis. */
  readonly xLabel?: string;
  /** The text beside the vertical axis. */
  readonly yLabel?: string;
  /** The width of the picture in pixels; 720 if missing. */
  readonly width?: number;
  /** The height of the picture in pixels; 320 if missing. */
  readonly height?: number;
}

/** The axes of a plot, and the picture around its marks. */
export interface Frame {
  /** Converts a value to pixels, left to right. */
  x(value: number): number;
  /** Converts a value to pixels, bottom to top. */
  y(value: number): number;
  /** Returns the picture with these marks. */
  render(marks: readonly string[]): string;
}

/** The arguments of `makeFrame`. */
export interface FrameSpec {
  /** Size and labels. */
  readonly options: PlotOptions;
  /** The exact range of the horizontal axis. */
  readonly xRange: readonly [number, number];
  /** Labels whole numbers of the horizontal axis only. */
  readonly wholeX?: boolean;
  /** The range of the vertical axis, widened to whole ticks unless `exactY`. */
  readonly yRange: readonly [number, number];
  /** Keeps the vertical range exact. */
  readonly exactY?: boolean;
  /** Labels at places of the vertical axis, instead of ticks. */
  readonly yNames?: readonly { readonly at: number; readonly name: string }[];
  /** The legend, shown if it has more than one entry. */
  readonly legend?: readonly LegendEntry[];
}

/**
 * Checks the options of a plot.
 *
 * @param name The function that draws it.
 * @param more The names of options that other plots do not have.
 * @throws {TypeError} if one is unknown or of the wrong kind.
 */
export function checkPlotOptions(
  name: string,
  options: object,
  more: readonly string[] = [],
): void {
  const texts = ["title", "xLabel", "yLabel"];
  checkOptions(`run ${name}`, options, [...texts, "width", "height", ...more]);
  for (const [key, value] of Object.entries(options)) {
    if (!texts.includes(key) || value === undefined || typeof value === "string") continue;
    refuse(`run ${name}`, key, value, "text");
  }
}

// Smaller in a bundle than takeNumber(), which a line plot needs for nothing else.
function takePixels(name: string, value: number): number {
  return Number.isFinite(value) && value >= 80 && value <= 1e5
    ? value
    : refuse("plot", name, value, "80 to 100,000 pixels", RangeError);
}

/** Makes axes, grid, labels and legend. */
export function makeFrame(
  { options, xRange, wholeX, yRange, exactY = false, yNames, legend = [] }: FrameSpec,
): Frame {
  const width = takePixels("width", options.width ?? 720);
  const height = takePixels("height", options.height ?? 320);
  const { title, xLabel, yLabel } = options;
  const [right, bottom] = [30, 28 + (xLabel ? 18 : 0)];
  const above = 14 + (title ? 22 : 0);
  const shown = legend.length > 1 ? legend : [];
  const room = height - above - bottom - (shown.length > 0 ? 20 : 0);
  const yAxis = makeAxis(yRange, Math.max(2, room / 45), !exactY);
  const names = yNames ?? yAxis.ticks.map((at) => ({ at, name: tickLabel(at, yAxis.decimals) }));
  const longest = Math.max(1, ...names.map(({ name }) => name.length));
  const left = 22 + 7 * longest + (yLabel ? 22 : 0);
  const innerWidth = width - left - right;
  const key = makeLegend(shown, { left, top: above, width: innerWidth });
  const top = above + key.height;
  const innerHeight = height - top - bottom;
  const xAxis = makeAxis(xRange, Math.max(2, innerWidth / 90), false, wholeX);
  const scale = ({ low, high }: Axis, from: number, length: number) => (v: number) =>
    from + (v - low) / (high - low) * length;
  const x = scale(xAxis, left, innerWidth);
  const y = scale(yAxis, top + innerHeight, -innerHeight);
  const grid = (...ends: number[]) =>
    `<line ${
      ["x1", "y1", "x2", "y2"].map((name, i) => `${name}="${coordinate(ends[i])}"`).join(" ")
    } stroke="var(--grid)"/>`;
  const [soft, foot] = ['fill="var(--soft)"', top + innerHeight];
  const middle = `text-anchor="middle" ${soft}`;
  const xTicks = xAxis.ticks.flatMap((v) => [
    grid(x(v), top, x(v), foot),
    text(x(v), foot + 17, tickLabel(v, xAxis.decimals), middle),
  ]);
  const yTicks = names.flatMap(({ at, name }) => [
    yNames === undefined ? grid(left, y(at), left + innerWidth, y(at)) : "",
    text(left - 8, y(at) + 4, name, `text-anchor="end" ${soft}`),
  ]);
  const heading = 'font-size="15" font-weight="600" fill="var(--ink)"';
  const turned = `transform="translate(14 ${(top + foot) / 2}) rotate(-90)" ${middle}`;
  const labels = [
    title ? text(left, 22, cut(title, (width - left) / 1.5), heading) : "",
    xLabel ? text(left + innerWidth / 2, height - 8, xLabel, middle) : "",
    yLabel ? text(0, 0, yLabel, turned) : "",
  ];
  return {
    x,
    y,
    render: (marks) =>
      `<svg xmlns="http://www.w3.org/2000/svg" class="spikeloop-plot" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img"${
        title ? ` aria-label="${escapeText(title)}"` : ""
      }>${style}${[...xTicks, ...yTicks, ...labels, ...key.marks, ...marks].join("")}</svg>`,
  };
}
