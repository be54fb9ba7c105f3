import { checkNames, refuse, takeOneOf } from "@spikeloop/errors";
import { type Axis, type Label, makeAxis } from "./axis.ts";
import { type LegendEntry, makeLegend } from "./legend.ts";
import { type Theme, themes } from "./palette.ts";
import { coordinate, cut, escapeText, styleOf, text, textWidth } from "./svg.ts";

/** The options of all plots. */
export interface PlotOptions {
  /** A line of text above the plot. */
  readonly title?: string;
  /** The text below the horizontal axis. */
  readonly xLabel?: string;
  /** The text beside the vertical axis. */
  readonly yLabel?: string;
  /** The width of the picture in pixels; 480 if missing. */
  readonly width?: number;
  /** The height of the picture in pixels; 5 / 8 of the width if missing. */
  readonly height?: number;
  /**
   * The size of text in pixels. If missing, text is 12 pixels at least, and 11 where a page shows
   * the picture 328 pixels wide, as a phone does.
   */
  readonly fontSize?: number;
  /** The surroundings; `"auto"`, the default, follows the reader's system. */
  readonly theme?: Theme;
}

/** The axes of a plot, and the picture around its marks. */
export interface Frame {
  /** Converts a value to pixels, left to right. */
  x(value: number): number;
  /** Converts a value to pixels, bottom to top. */
  y(value: number): number;
  /** The size of text in pixels. */
  readonly em: number;
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
  /** Labels on the vertical axis, instead of ticks; some of them where room is scarce. */
  readonly yNames?: readonly Label[];
  /** Labels on the horizontal axis, instead of ticks. */
  readonly xNames?: readonly Label[];
  /** The legend, shown if it has more than one entry. */
  readonly legend?: readonly LegendEntry[];
}

/**
 * The numbers of units, rows or groups as labels: so many of them at most.
 *
 * @param at Returns the position of a number.
 */
export function numberNames(count: number, most: number, at: (number: number) => number): Label[] {
  const every = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: Math.ceil(count / every) }, (_, i) => ({
    at: at(i * every),
    name: String(i * every),
  }));
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
  options: PlotOptions,
  more: readonly string[] = [],
): void {
  const texts = ["title", "xLabel", "yLabel"] as const;
  const action = `run ${name}`;
  checkNames(action, options, [...texts, "width", "height", "fontSize", "theme", ...more]);
  const { theme = "auto" } = options;
  takeOneOf(action, "theme", theme, themes);
  for (const key of texts) {
    const { [key]: text = "" } = options;
    if (typeof text !== "string") refuse(action, key, text, "text");
  }
}

// Smaller in a bundle than takeNumber(), which a line plot needs for nothing else.
function checkPixels(name: string, value: number, least = 80, most = 1e5): void {
  if (!(Number.isFinite(value) && value >= least && value <= most)) {
    refuse("plot", name, value, `${least} to ${most} pixels`, RangeError);
  }
}

/** Makes axes, grid, labels and legend. */
export function makeFrame(
  { options, xRange, wholeX, yRange, exactY = false, yNames, xNames, legend = [] }: FrameSpec,
): Frame {
  const { theme = "auto", title = "", xLabel, yLabel, width = 480 } = options;
  checkPixels("width", width);
  const {
    height = Math.max(80, Math.round(width * 0.625)),
    // A phone shows the picture 328 pixels wide, and then its text in 11.2 pixels.
    fontSize: em = Math.max(12, width / 328 * 11.2),
  } = options;
  checkPixels("height", height);
  checkPixels("fontSize", em, 4, 1000);
  const [right, bottom] = [2 * em, (2.2 + (xLabel ? 1.4 : 0)) * em];
  const above = (1.1 + (title ? 1.7 : 0)) * em;
  const shown = legend.length > 1 ? legend : [];
  const room = height - above - bottom - (shown.length && 1.6 * em);
  const yAxis = makeAxis(yRange, room / (3.6 * em), !exactY);
  const names = yNames ?? yAxis.ticks;
  const longest = Math.max(1, ...names.map(({ name }) => name.length));
  const left = (1.4 + 0.58 * longest + (yLabel ? 1.6 : 0)) * em;
  const innerWidth = width - left - right;
  const key = makeLegend(shown, left, above, innerWidth + right / 2, em);
  const top = above + key.height;
  const foot = height - bottom;
  const xAxis = makeAxis(xRange, innerWidth / (6 * em), false, wholeX);
  const scale = ({ low, high }: Axis, from: number, length: number) => (v: number) =>
    from + (v - low) / (high - low) * length;
  const x = scale(xAxis, left, innerWidth);
  const y = scale(yAxis, foot, top - foot);
  const grid = (...ends: number[]) => {
    const [x1, y1, x2, y2] = ends.map(coordinate);
    return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="var(--grid)"/>`;
  };
  const soft = 'fill="var(--soft)"';
  const middle = `text-anchor="middle" ${soft}`;
  const xTicks = (xNames ?? xAxis.ticks).flatMap(({ at, name }) => [
    xNames ? "" : grid(x(at), top, x(at), foot),
    text(x(at), foot + 1.4 * em, name, middle),
  ]);
  const apart = names.length > 1 ? Math.abs(y(names[1].at) - y(names[0].at)) : em;
  const every = Math.ceil(1.2 * em / apart);
  const yTicks = names.flatMap(({ at, name }, i) => [
    yNames ? "" : grid(left, y(at), left + innerWidth, y(at)),
    i % every === 0
      ? text(left - 0.6 * em, y(at) + 0.35 * em, name, `text-anchor="end" ${soft}`)
      : "",
  ]);
  const large = 1.35 * em; // bold letters are wider
  const heading = `font-size="${coordinate(1.2 * em)}" font-weight="600" fill="var(--ink)"`;
  const turned = `transform="translate(${coordinate(1.2 * em)} ${
    coordinate((top + foot) / 2)
  }) rotate(-90)" ${middle}`;
  const start = textWidth(title) * large > width - left - em ? em / 2 : left;
  const labels = [
    title && text(start, 1.7 * em, cut(title, (width - em) / large), heading),
    xLabel && text(left + innerWidth / 2, height - 0.7 * em, xLabel, middle),
    yLabel && text(0, 0, yLabel, turned),
  ];
  return {
    x,
    y,
    em,
    render: (marks) =>
      `<svg xmlns="http://www.w3.org/2000/svg" class="spikeloop-plot" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-size="${
        coordinate(em)
      }" role="img"${title && ` aria-label="${escapeText(title)}"`}${styleOf(theme)}${
        [...xTicks, ...yTicks, ...labels, ...key.marks, ...marks].join("")
      }</svg>`,
  };
}
