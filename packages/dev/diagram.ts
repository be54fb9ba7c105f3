// Parts of diagrams as SVG text: boxes, arrows and notes, readable on light and on dark pages.

/** A place in a diagram, in pixels from its upper left corner. */
export type Point = readonly [x: number, y: number];

/** A box with a title and a line of text below it. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly title: string;
  readonly line: string;
}

/** The height of every box. */
export const boxHeight = 64;

const text = (x: number, y: number, words: string, attributes: string) =>
  `<text x="${x}" y="${y}" text-anchor="middle" ${attributes}>${words}</text>`;

/** Words without a box. */
export function note(x: number, y: number, words: string): string {
  return text(x, y, words, 'fill="var(--soft)" font-size="16.4"');
}

/** Draws a box. */
export function box({ x, y, width, title, line }: Box): string {
  const middle = x + width / 2;
  return `<rect x="${x}" y="${y}" width="${width}" height="${boxHeight}" rx="9" fill="var(--card)" stroke="var(--line)"/>` +
    text(middle, y + 27, title, 'font-weight="600" fill="var(--ink)" font-size="17"') +
    note(middle, y + 49, line);
}

/** An arrow along a line of points. */
export function arrow(...points: readonly Point[]): string {
  const path = points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${x} ${y}`).join("");
  return `<path d="${path}" fill="none" stroke="var(--soft)" stroke-width="1.6" marker-end="url(#tip)"/>`;
}

/** The middle of a box, left to right. */
export const middle = (b: Box): number => b.x + b.width / 2;

/** The middle of a side of a box; an arrow's tip needs the small gap at the left and at the top. */
export const side = {
  left: (b: Box): Point => [b.x - 3, b.y + boxHeight / 2],
  right: (b: Box): Point => [b.x + b.width, b.y + boxHeight / 2],
  top: (b: Box): Point => [middle(b), b.y - 3],
  bottom: (b: Box): Point => [middle(b), b.y + boxHeight],
};

/** A whole picture of these parts: 480 pixels wide, a phone shows its text 11 pixels high. */
export function diagram(
  name: string,
  label: string,
  [width, height]: Point,
  parts: readonly string[],
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" class="spikeloop-${name}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">` +
    `<style>.spikeloop-${name}{--ink:#1f2933;--soft:#5a6672;--line:#cbd2d9;--card:#f5f7fa;font-family:system-ui,sans-serif}` +
    `@media (prefers-color-scheme:dark){.spikeloop-${name}{--ink:#e4e7eb;--soft:#9aa5b1;--line:#52606d;--card:#1f262e}}</style>` +
    `<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="var(--soft)"/></marker></defs>` +
    `${parts.join("")}</svg>`;
}
