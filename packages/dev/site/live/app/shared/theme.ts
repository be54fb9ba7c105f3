/// <reference lib="dom" />

/** The colours of the site, as they are now. */
export interface Colours {
  readonly page: string;
  readonly text: string;
  readonly muted: string;
  readonly soft: string;
  readonly line: string;
  readonly accent: string;
  readonly accent2: string;
}

/** Reads the colours from the style sheet. */
export function readColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    page: colour("page"),
    text: colour("text"),
    muted: colour("muted"),
    soft: colour("soft"),
    line: colour("line"),
    accent: colour("accent"),
    accent2: colour("accent-2"),
  };
}

/** Calls a function whenever the colours may have changed. */
export function onTheme(change: () => void): void {
  document.addEventListener("spikeloop-theme", change);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", change);
}
