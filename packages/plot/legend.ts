import { color, coordinate, cut, dashes, text, textWidth } from "./svg.ts";

/** One entry of a legend. */
export interface LegendEntry {
  /** The text beside the sample. */
  readonly name: string;
  /** The number of the series' color. */
  readonly color: number;
  /** The form of the sample: a line, dots, a dashed line in soft ink, or an upright stroke. */
  readonly mark?: "line" | "dots" | "dashes" | "stroke";
}

/** The path of every sample, 14 pixels wide, and its attributes. */
const samples = {
  line: ["h14", 'stroke-width="4" stroke-linecap="round"'],
  dots: ["m7 0h0", 'stroke-width="5" stroke-linecap="round"'],
  dashes: ["h14", dashes],
  stroke: ["m7-5v10", 'stroke-width="2"'],
} as const;

function sample({ color: c, mark = "line" }: LegendEntry, x: number, y: number): string {
  const [path, attributes] = samples[mark];
  const ink = mark === "dashes" ? "" : ` stroke="${color(c)}"`;
  return `<path d="M${coordinate(x)} ${coordinate(y)}${path}"${ink} ${attributes}/>`;
}

/** Returns the samples and names of a legend, in as many rows as they need, and its height. */
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
    const marks = sample(entry, x, y + 3) + text(x + 20, y + 7, name, 'fill="var(--ink)"');
    x += needed + 16;
    return marks;
  });
  return { marks, height: entries.length === 0 ? 0 : 20 * (row + 1) };
}
