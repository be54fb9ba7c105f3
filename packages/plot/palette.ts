/** The colors of a plot in light or in dark surroundings. */
export interface Palette {
  /** The colors of series by number. */
  readonly series: readonly string[];
  /** Titles and names. */
  readonly ink: string;
  /** Labels of axes, and thresholds. */
  readonly soft: string;
  /** Lines behind the marks. */
  readonly grid: string;
  /** The background. */
  readonly paper: string;
}

/** The surroundings of a picture: light, dark, or the reader's own. */
export type Theme = "light" | "dark" | "auto";

/** The names of all themes. */
export const themes: readonly Theme[] = ["light", "dark", "auto"];

/** The palettes: text is at least 4.5 to 1 against the background, and series are 3 to 1. */
export const palettes: Readonly<Record<"light" | "dark", Palette>> = {
  light: {
    series: ["#2563eb", "#d9480f", "#2b8a3e", "#9c36b5", "#b08900", "#0b7285"],
    ink: "#1f2933",
    soft: "#5a6672",
    grid: "#e4e7eb",
    paper: "#ffffff",
  },
  dark: {
    series: ["#74a9ff", "#ff9f6b", "#69db7c", "#e599f7", "#ffd43b", "#66d9e8"],
    ink: "#e4e7eb",
    soft: "#9aa5b1",
    grid: "#323f4b",
    paper: "#18181b",
  },
};
