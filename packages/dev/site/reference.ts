import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { currentVersion } from "../bump.ts";
import type { Entry } from "../npm/manifest.ts";
import { sourceLink } from "../repository.ts";
import { repositoryRoot, runDeno } from "../run_deno.ts";

/** Writes the reference of entry points, made from the doc comments, into a folder. */
export async function writeReference(entries: readonly Entry[], folder: string): Promise<void> {
  const paths = entries.map(({ path }) => path);
  const { code, output } = await runDeno(
    ["doc", "--quiet", "--html", "--name=Spikeloop", `--output=${folder}`, ...paths],
  );
  if (code !== 0) throw new Error(`Cannot make the reference:\n${output}`);
  const version = await currentVersion();
  for await (const path of htmlFiles(folder)) {
    const html = await Deno.readTextFile(path);
    const linked = withSourceLinks(html, (file) => sourceLink(file, version));
    await Deno.writeTextFile(path, withPackageNames(linked, entries));
  }
}

/**
 * Deno links to the source by the path on this machine: such links lead to the repository instead,
 * or are left out.
 *
 * @param linkOf Returns the address of a file of the repository.
 */
export function withSourceLinks(
  html: string,
  linkOf: (file: string) => string | undefined,
): string {
  const root = pathToFileURL(repositoryRoot).href.replaceAll("/", "(?:/|&#x2F;)");
  const source = new RegExp(` href="${root}((?:&#x2F;|[^"#])*)(#L\\d+)?"`, "g");
  return html.replaceAll(source, (_, path, line = "") => {
    const link = linkOf(path.replaceAll("&#x2F;", "/"));
    return link === undefined ? "" : ` href="${link}${line}"`;
  });
}

async function* htmlFiles(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* htmlFiles(path);
    else if (name.endsWith(".html")) yield path;
  }
}

/**
 * Deno shows a module by its path below `packages/`; people know it by the specifier that they
 * import.
 */
export function withPackageNames(html: string, entries: readonly Entry[]): string {
  return entries.reduce((text, entry) => {
    const shown = modulePath(entry);
    const escaped = shown.replaceAll("/", "&#x2F;");
    const name = specifierOf(entry);
    return text
      .replaceAll(`<title>${shown} `, `<title>${name} `)
      .replaceAll(`>${escaped}<`, `>${name}<`)
      .replaceAll(`&quot;${shown}&quot;`, `&quot;${name}&quot;`);
  }, html);
}

/** The folder of an entry point in the reference: the path of its module. */
export function modulePath({ path }: Entry): string {
  return path.replace(/^packages\//, "");
}

/** The name by which a program imports it. */
export function specifierOf({ subpath, path }: Entry): string {
  const isFacade = path.startsWith("packages/spikeloop/");
  return `@spikeloop${isFacade ? "/spikeloop" : ""}${subpath.slice(1)}`;
}

/** Returns the first paragraph of the module's doc comment of an entry point, in Markdown. */
export async function summaryOf({ path }: Entry): Promise<string> {
  const source = await Deno.readTextFile(join(repositoryRoot, path));
  const [paragraph] = /^(?:#!.*\n)?\/\*\*\n([^]*?)\n \*(?:\/|\n)/.exec(source)?.slice(1) ?? [""];
  return paragraph.replaceAll(/^ \* ?/gm, "").replaceAll("\n", " ");
}
