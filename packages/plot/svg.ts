// The pieces of SVG in all plots.
import { colors, seriesColors, type Theme, themes } from "./palette.ts";

/** The colors of a theme as variables: `--s0` and so on for series, `--ink`, ... */
const variables = (theme: number) => colors.map((row) => `--${row[0]}:${row[theme]}`).join(";");

const rest = "background:var(--paper);font-family:system-ui,sans-serif;color:var(--ink)";

/**
 * The colors of a picture, to end its opening tag: an attribute, or the style sheet after the tag.
 * The picture brings its own background: a page that stays white where the system is dark leaves it
 * readable.
 */
export function styleOf(theme: Theme): string {
  return theme === "auto"
    ? `><style>.spikeloop-plot{${variables(1)};${rest}}` +
      `@media (prefers-color-scheme:dark){.spikeloop-plot{${variables(2)}}}</style>`
    : ` style="${variables(themes.indexOf(theme))};${rest}">`;
}

/** Returns the color of a series. */
export function color(index: number): string {
  return `var(--s${index % seriesColors})`;
}

/** Escapes text for SVG. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** Rounds a coordinate to hundredths of a pixel. */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** The stroke of thresholds. */
export const dashes = 'stroke="var(--soft)" stroke-dasharray="4 3"';

/** Draws a text at a point. */
export const text = (x: number, y: number, content: string, attributes: string): string =>
  `<text x="${coordinate(x)}" y="${coordinate(y)}" ${attributes}>${escapeText(content)}</text>`;

/** Estimates the width of a text in the font of the plots, in units of the font's size. */
export function textWidth(content: string): number {
  return 0.63 * content.length - 0.25 * (content.match(/[ijlftr.,:'|()[\] ]/g)?.length ?? 0);
}

/** Cuts a text to a width, in units of the font's size. */
export function cut(content: string, width: number): string {
  // No letter is narrower than a third: a text of any length takes no longer than a line.
  let end = Math.min(content.length, Math.ceil(width * 3));
  if (end === content.length && textWidth(content) <= width) return content;
  while (end > 1 && textWidth(content.slice(0, end)) > width - 0.8) end--;
  return `${content.slice(0, end).trimEnd()}…`;
}

/** The coordinates of points as texts; undefined where one of the two is not finite. */
export function pointsOf(
  xs: readonly number[],
  ys: readonly number[],
): (readonly [x: string, y: string] | undefined)[] {
  return xs.map((x, i) =>
    Number.isFinite(x) && Number.isFinite(ys[i]) ? [coordinate(x), coordinate(ys[i])] : undefined
  );
}

/** Draws a line through points, with gaps at coordinates that are not finite. */
export function polyline(xs: readonly number[], ys: readonly number[], attributes: string): string {
  const path = pointsOf(xs, ys).map((point) => point ? `L${point.join(" ")}` : " ").join("")
    .replace(/(^| +)L/g, "M").trim();
  return path && `<path d="${path}" fill="none" stroke-linejoin="round" ${attributes}/>`;
}
