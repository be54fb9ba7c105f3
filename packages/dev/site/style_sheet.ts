import { join } from "node:path";

/** The parts after the colours; a later one wins over those before it. */
const parts = [
  "frame",
  "header",
  "menu",
  "text",
  "code",
  "playground",
  "search",
  "reference",
  "home",
  "narrow",
];

/** Returns the style sheet of all pages. */
export async function styleSheet(): Promise<string> {
  const folder = join(import.meta.dirname ?? "", "style");
  const read = (name: string) => Deno.readTextFile(join(folder, `${name}.css`));
  const [light, dark, ...texts] = await Promise.all(
    ["colours", "dark_colours", ...parts].map(read),
  );
  return [light, dark, forDarkSystem(dark), ...texts].join("\n");
}

/** The dark theme for readers with a dark system who have not chosen the light one. */
function forDarkSystem(css: string): string {
  const rules = css.replace(`[data-theme="dark"]`, `:not([data-theme="light"])`);
  return `@media (prefers-color-scheme: dark) {\n${rules}}\n`;
}
