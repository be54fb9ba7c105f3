import { color, coordinate, cut, dashes, text, textWidth } from "./svg.ts";

/** One entry of a legend. */
export interface LegendEntry {
  /** The text beside the sample. */
  readonly name: string;
  /** The number of the series' color. */
  readonly color: number;
  /** The form of the sample; a line if missing. */
  readonly mark?: Mark;
}

/** The path of a sample, 1.2 of the font's size wide, and its attributes. */
export type Mark = (em: number, color: string) => readonly [path: string, attributes: string];

/** A line. */
export const line: Mark = (em, c) => [
  `h${coordinate(1.2 * em)}`,
  `stroke="${c}" stroke-width="4" stroke-linecap="round"`,
];

/** A dot. */
export const dot: Mark = (em, c) => [
  `m${coordinate(0.6 * em)} 0h0`,
  `stroke="${c}" stroke-width="${coordinate(em / 2.2)}" stroke-linecap="round"`,
];

/** A dashed line in soft ink. */
export const dashedLine: Mark = (em) => [`h${coordinate(1.2 * em)}`, dashes];

/** An upright stroke. */
export const upright: Mark = (em, c) => [
  `m${coordinate(0.6 * em)}-${coordinate(0.4 * em)}v${coordinate(0.8 * em)}`,
  `stroke="${c}" stroke-width="2"`,
];

/**
 * Returns the samples and names of a legend, in as many rows as they need, and its height. `em` is
 * the size of the font.
 */
export function makeLegend(
  entries: readonly LegendEntry[],
  left: number,
  top: number,
  width: number,
  em: number,
): { readonly marks: string[]; readonly height: number } {
  let [x, row] = [left, 0];
  const marks = entries.map((entry) => {
    const name = cut(entry.name, width / em - 1.7);
    const needed = (1.7 + textWidth(name)) * em;
    if (x > left && x + needed > left + width) [x, row] = [left, row + 1];
    const y = top + 1.6 * em * row;
    const { mark = line } = entry;
    const [path, attributes] = mark(em, color(entry.color));
    const from = `M${coordinate(x)} ${coordinate(y + 0.25 * em)}`;
    const marks = `<path d="${from}${path}" ${attributes}/>` +
      text(x + 1.7 * em, y + 0.6 * em, name, 'fill="var(--ink)"');
    x += needed + 1.3 * em;
    return marks;
  });
  return { marks, height: entries.length === 0 ? 0 : 1.6 * em * (row + 1) };
}
