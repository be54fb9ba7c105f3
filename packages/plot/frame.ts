import { type Axis, makeAxis, tickLabel } from "./axis.ts";

/** What all plots take. */
export interface PlotOptions {
  /** Written above. */
  readonly title?: string;
  /** Written below the horizontal axis. */
  readonly xLabel?: string;
  /** Written beside the vertical axis. */
  readonly yLabel?: string;
  /** Of the picture, in pixels; 720 if missing. */
  readonly width?: number;
  /** Of the picture, in pixels; 320 if missing. */
  readonly height?: number;
}

/** The colours of series, by number; there is one set for light and one for dark surroundings. */
const palette = {
  light: ["#2563eb", "#d9480f", "#2b8a3e", "#9c36b5", "#b08900", "#0b7285"],
  dark: ["#74a9ff", "#ff9f6b", "#69db7c", "#e599f7", "#ffd43b", "#66d9e8"],
};

const colours = (set: readonly string[]) => set.map((c, i) => `--s${i}:${c};`).join("");

const style =
  `<style>.spikeloop-plot{${colours(palette.light)}--ink:#1f2933;--soft:#616e7c;--grid:#e4e7eb;` +
  `font:12px system-ui,sans-serif;color:var(--ink)}` +
  `@media (prefers-color-scheme:dark){.spikeloop-plot{${
    colours(palette.dark)
  }--ink:#e4e7eb;--soft:#9aa5b1;--grid:#323f4b}}</style>`;

/** The colour of a series. */
export function colour(index: number): string {
  return `var(--s${index % palette.light.length})`;
}

/** Text that is safe inside SVG. */
export function escapeText(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return text.replace(/[&<>"]/g, (c) => entities[c]);
}

/** A coordinate, rounded to what a screen can show. */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** The field in which data are drawn. */
export interface Frame {
  /** From a value to pixels, left to right. */
  x(value: number): number;
  /** From a value to pixels, bottom to top. */
  y(value: number): number;
  /** The picture around the drawn marks. */
  render(marks: readonly string[]): string;
}

/** What a frame is made of. */
export interface FrameSpec {
  /** Size and labels. */
  readonly options: PlotOptions;
  /** The range of the horizontal axis, as it is. */
  readonly xRange: readonly [number, number];
  /** The range of the vertical axis, widened to whole ticks unless `exactY`. */
  readonly yRange: readonly [number, number];
  /** Takes the vertical range as it is. */
  readonly exactY?: boolean;
  /** Labels at places of the vertical axis, in the place of ticks. */
  readonly yNames?: readonly { readonly at: number; readonly name: string }[];
  /** The legend, which is shown where it has more than one entry. */
  readonly legend?: readonly LegendEntry[];
}

/** A line of the legend. */
export interface LegendEntry {
  /** What it says. */
  readonly name: string;
  /** The number of the series' colour. */
  readonly colour: number;
  /** How it is drawn: a line, a dashed one in soft ink, or an upright stroke. */
  readonly mark?: "line" | "dashes" | "stroke";
}

/** The sample of a legend's entry, 14 wide, around a height. */
function sample({ colour: c, mark = "line" }: LegendEntry, x: number, y: number): string {
  const [at, above] = [coordinate(x), coordinate(y - 2)];
  if (mark === "line") {
    return `<rect x="${at}" y="${above}" width="14" height="4" rx="2" fill="${colour(c)}"/>`;
  }
  return mark === "dashes"
    ? `<path d="M${at} ${coordinate(y)}h14" ${dashes}/>`
    : `<path d="M${coordinate(x + 7)} ${coordinate(y - 5)}v10" stroke="${
      colour(c)
    }" stroke-width="2"/>`;
}

/** How thresholds are drawn. */
export const dashes = 'stroke="var(--soft)" stroke-dasharray="4 3"';

function size(value: number | undefined, otherwise: number, name: string): number {
  const n = value ?? otherwise;
  if (!Number.isFinite(n) || n < 80) {
    throw new RangeError(`Cannot plot: ${name} is ${n}, expected at least 80 pixels`);
  }
  return n;
}

/** About how wide a text is in the font of the plots, in pixels. */
function textWidth(content: string): number {
  const widthOf = (c: string) => /[ijlftr.,:'|()[\] ]/.test(c) ? 4.6 : /[mwMW]/.test(c) ? 11 : 7.4;
  return Array.from(content, widthOf).reduce((sum, width) => sum + width, 0);
}

/** A text at a place. */
export const text = (x: number, y: number, content: string, attributes: string): string =>
  `<text x="${coordinate(x)}" y="${coordinate(y)}" ${attributes}>${escapeText(content)}</text>`;

/** Axes, grid, labels and legend. */
export function makeFrame(
  { options, xRange, yRange, exactY = false, yNames, legend = [] }: FrameSpec,
): Frame {
  const width = size(options.width, 720, "width");
  const height = size(options.height, 320, "height");
  const { title, xLabel, yLabel } = options;
  const shown = legend.length > 1 ? legend : [];
  const top = 14 + (title ? 22 : 0) + (shown.length > 0 ? 20 : 0);
  const [right, bottom] = [30, 28 + (xLabel ? 18 : 0)];
  const innerHeight = height - top - bottom;
  const yAxis = makeAxis(yRange, Math.max(2, innerHeight / 45), !exactY);
  const names = yNames ?? yAxis.ticks.map((at) => ({ at, name: tickLabel(at, yAxis.decimals) }));
  const left = 22 + 7 * Math.max(1, ...names.map(({ name }) => name.length)) + (yLabel ? 22 : 0);
  const innerWidth = width - left - right;
  const xAxis = makeAxis(xRange, Math.max(2, innerWidth / 90), false);
  const scale = ({ low, high }: Axis, from: number, length: number) => (v: number) =>
    from + (v - low) / (high - low) * length;
  const x = scale(xAxis, left, innerWidth);
  const y = scale(yAxis, top + innerHeight, -innerHeight);
  const line = (x1: number, y1: number, x2: number, y2: number) =>
    `<line x1="${coordinate(x1)}" y1="${coordinate(y1)}" x2="${coordinate(x2)}" y2="${
      coordinate(y2)
    }" stroke="var(--grid)"/>`;
  const soft = 'fill="var(--soft)"';
  const xTicks = xAxis.ticks.flatMap((v) => [
    line(x(v), top, x(v), top + innerHeight),
    text(
      x(v),
      top + innerHeight + 17,
      tickLabel(v, xAxis.decimals),
      `text-anchor="middle" ${soft}`,
    ),
  ]);
  const yTicks = names.flatMap(({ at, name }) => [
    ...(yNames === undefined ? [line(left, y(at), left + innerWidth, y(at))] : []),
    text(left - 8, y(at) + 4, name, `text-anchor="end" ${soft}`),
  ]);
  let at = left;
  const entries = shown.map((entry) => {
    const key = sample(entry, at, top - 17) +
      text(at + 20, top - 13, entry.name, 'fill="var(--ink)"');
    at += 36 + textWidth(entry.name);
    return key;
  });
  const labels = [
    ...(title ? [text(left, 22, title, 'font-size="15" font-weight="600" fill="var(--ink)"')] : []),
    ...(xLabel
      ? [text(left + innerWidth / 2, height - 8, xLabel, `text-anchor="middle" ${soft}`)]
      : []),
    ...(yLabel
      ? [
        text(
          0,
          0,
          yLabel,
          `transform="translate(14 ${
            coordinate(top + innerHeight / 2)
          }) rotate(-90)" text-anchor="middle" ${soft}`,
        ),
      ]
      : []),
  ];
  return {
    x,
    y,
    render: (marks) =>
      `<svg xmlns="http://www.w3.org/2000/svg" class="spikeloop-plot" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img"${
        title ? ` aria-label="${escapeText(title)}"` : ""
      }>${style}${[...xTicks, ...yTicks, ...labels, ...entries, ...marks].join("")}</svg>`,
  };
}

/** A line through points; gaps where a coordinate is not finite. */
export function polyline(xs: readonly number[], ys: readonly number[], attributes: string): string {
  let path = "";
  let drawing = false;
  xs.forEach((x, i) => {
    const finite = Number.isFinite(x) && Number.isFinite(ys[i]);
    if (finite) path += `${drawing ? "L" : "M"}${coordinate(x)} ${coordinate(ys[i])}`;
    drawing = finite;
  });
  return path === "" ? "" : `<path d="${path}" fill="none" stroke-linejoin="round" ${attributes}/>`;
}
