import { join } from "node:path";

/** The parts of the style sheet; a later one wins over those before it. */
const parts = [
  "colours",
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
  const texts = await Promise.all(
    parts.map((name) => Deno.readTextFile(join(folder, `${name}.css`))),
  );
  return texts.join("\n");
}
