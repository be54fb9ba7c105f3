import { colour, coordinate, cut, dashes, text, textWidth } from "./svg.ts";

/** A line of the legend. */
export interface LegendEntry {
  /** What it says. */
  readonly name: string;
  /** The number of the series' colour. */
  readonly colour: number;
  /** How it is drawn: a line, dots, a dashed line in soft ink, or an upright stroke. */
  readonly mark?: "line" | "dots" | "dashes" | "stroke";
}

/** The sample of a legend's entry, 14 wide, around a height. */
function sample({ colour: c, mark = "line" }: LegendEntry, x: number, y: number): string {
  const [at, above] = [coordinate(x), coordinate(y - 2)];
  if (mark === "line") {
    return `<rect x="${at}" y="${above}" width="14" height="4" rx="2" fill="${colour(c)}"/>`;
  }
  if (mark === "dots") {
    return `<circle cx="${coordinate(x + 7)}" cy="${coordinate(y)}" r="2.5" fill="${colour(c)}"/>`;
  }
  return mark === "dashes"
    ? `<path d="M${at} ${coordinate(y)}h14" ${dashes}/>`
    : `<path d="M${coordinate(x + 7)} ${coordinate(y - 5)}v10" stroke="${
      colour(c)
    }" stroke-width="2"/>`;
}

/** The samples and names of a legend in rows as long as fit, and the height of all rows. */
export function makeLegend(
  entries: readonly LegendEntry[],
  { left, top, width }: { readonly left: number; readonly top: number; readonly width: number },
): { readonly marks: string[]; readonly height: number } {
  let [x, row] = [left, 0];
  const marks = entries.map((entry) => {
    const name = cut(entry.name, width - 20);
    const needed = 20 + textWidth(name);
    if (x > left && x + needed > left + width) [x, row] = [left, row + 1];
    const y = top + 20 * row;
    const drawn = sample(entry, x, y + 3) + text(x + 20, y + 7, name, 'fill="var(--ink)"');
    x += needed + 16;
    return drawn;
  });
  return { marks, height: entries.length === 0 ? 0 : 20 * (row + 1) };
}
