// The pieces of SVG that all plots are made of.

/** The colours of series, by number; there is one set for light and one for dark surroundings. */
const palette = {
  light: ["#2563eb", "#d9480f", "#2b8a3e", "#9c36b5", "#b08900", "#0b7285"],
  dark: ["#74a9ff", "#ff9f6b", "#69db7c", "#e599f7", "#ffd43b", "#66d9e8"],
};

const colours = (set: readonly string[]) => set.map((c, i) => `--s${i}:${c};`).join("");

/** The colours of all that is drawn, for light and dark. */
export const style: string =
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
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** A coordinate, rounded to what a screen can show. */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** How thresholds are drawn. */
export const dashes = 'stroke="var(--soft)" stroke-dasharray="4 3"';

/** A text at a place. */
export const text = (x: number, y: number, content: string, attributes: string): string =>
  `<text x="${coordinate(x)}" y="${coordinate(y)}" ${attributes}>${escapeText(content)}</text>`;

/** About how wide a text is in the font of the plots, in pixels. */
export function textWidth(content: string): number {
  return 7.6 * content.length - 3 * (content.match(/[ijlftr.,:'|()[\] ]/g)?.length ?? 0);
}

/** A text cut to a width. */
export function cut(content: string, width: number): string {
  if (textWidth(content) <= width) return content;
  let end = content.length;
  while (end > 1 && textWidth(content.slice(0, end)) > width - 10) end--;
  return `${content.slice(0, end).trimEnd()}…`;
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
