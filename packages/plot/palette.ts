/** The surroundings of a picture: light, dark, or the reader's own. */
export type Theme = "light" | "dark" | "auto";

/** The names of all themes; those of colors have their places in a row of `colors`. */
export const themes: readonly Theme[] = ["auto", "light", "dark"];

/** How many of the colors are those of series. */
export const seriesColors = 6;

/** The place of `soft` among the colors. */
export const softColor = 7;

/**
 * Names and colors, in light and in dark surroundings: first those of series, then `ink` for titles
 * and names, `soft` for labels of axes and thresholds, `grid` for lines behind the marks, and
 * `paper` for the background. Text is at least 4.5 to 1 against the background, and series are
 * 3 to 1.
 */
export const colors: readonly (readonly [name: string, light: string, dark: string])[] = [
  ["s0", "#2563eb", "#74a9ff"],
  ["s1", "#d9480f", "#ff9f6b"],
  ["s2", "#2b8a3e", "#69db7c"],
  ["s3", "#9c36b5", "#e599f7"],
  ["s4", "#b08900", "#ffd43b"],
  ["s5", "#0b7285", "#66d9e8"],
  ["ink", "#1f2933", "#e4e7eb"],
  ["soft", "#5a6672", "#9aa5b1"],
  ["grid", "#e4e7eb", "#323f4b"],
  ["paper", "#ffffff", "#18181b"],
];
