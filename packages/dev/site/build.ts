/**
 * Builds the documentation in dist/docs, or in another folder: the guides as pages, and the
 * reference from the doc comments. `deno task docs [folder]`.
 *
 * @module
 */
import { dirname, join, posix, resolve } from "node:path";
import { emptyFolder } from "../empty_folder.ts";
import { readFiles } from "../guides/read_files.ts";
import { readMembers } from "../members.ts";
import { entriesOf, type Entry } from "../npm/manifest.ts";
import { loadMarkdown } from "../npm/tools.ts";
import { repositoryRoot } from "../run_deno.ts";
import { withAnchors } from "./anchors.ts";
import { brokenLinks, siteLink } from "./links.ts";
import { bundleClient } from "./client.ts";
import { escapeHtml } from "./html.ts";
import { favicon } from "./icons.ts";
import { buildLivePage } from "./live/build.ts";
import { renderPage } from "./page.ts";
import { modulePath, specifierOf, summaryOf, writeReference } from "./reference.ts";

/** A text in Markdown that becomes a page. */
interface Source {
  /** Where it lies, or would lie, from the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly title: string;
}

/** Guides in the order in which one reads them; others follow. */
const order = [
  "README",
  "getting_started",
  "step_api",
  "training",
  "environments",
  "command_line",
  "sweeps",
  "results",
  "not_learning",
  "which_neuron",
  "writing_a_neuron",
  "writing_a_surrogate",
  "saving_and_loading",
  "nir",
  "porting_from_spikingjelly",
  "porting_tables",
  "gpu",
  "performance",
  "how_it_works",
  "digits",
  "memory",
  "actor",
];

const top = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"];

async function readSources(): Promise<Source[]> {
  const guides = (await markdownIn("docs")).sort((a, b) => rank(a) - rank(b));
  const readmes = [...(await readFiles("README.md")).keys()]
    .filter((path) => path.startsWith("packages/") && !path.startsWith("packages/dev/")).sort();
  const paths = [
    ...top,
    ...guides,
    ...(await markdownIn("docs/tutorials")).sort((a, b) => rank(a) - rank(b)),
    ...await markdownIn("docs/adr"),
    "bench/NOTES.md",
    ...readmes,
  ];
  return await Promise.all(paths.map(async (path) => {
    const text = await Deno.readTextFile(join(repositoryRoot, path));
    return { path, text, title: /^# (.+)$/m.exec(text)?.[1] ?? path };
  }));
}

async function markdownIn(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(join(repositoryRoot, folder)));
  return entries.map(({ name }) => name).filter((name) => name.endsWith(".md")).sort()
    .map((name) => `${folder}/${name}`);
}

function rank(path: string): number {
  const place = order.indexOf(posix.basename(path, ".md"));
  return place < 0 ? order.length : place;
}

/** The page before the reference: a sentence for each entry point. */
async function referenceSource(entries: readonly Entry[]): Promise<Source> {
  const lines = await Promise.all(
    entries.map(async (entry) =>
      `- [${specifierOf(entry)}](${modulePath(entry)}/index.html): ${await summaryOf(entry)}`
    ),
  );
  const title = "Reference";
  const text = `# ${title}\n\n${lines.join("\n")}\n\n` +
    "Everything is in `@spikeloop/spikeloop` too. The npm package `spikeloop` has the same entry points: " +
    "`spikeloop/neuron` is `@spikeloop/neuron`.\n";
  return { path: "api/README.md", text, title };
}

/** The list of pages, seen from one of them. */
function menu(sources: readonly Source[], entries: readonly Entry[], page: string): string {
  const root = rootOf(page);
  const item = (target: string, title: string) =>
    `<li><a href="${root}${target}"${target === page ? ' aria-current="page"' : ""}>${
      escapeHtml(title)
    }</a></li>`;
  const list = (title: string, items: readonly string[]) =>
    `<strong>${title}</strong>\n<ul>\n${items.join("\n")}\n</ul>`;
  const inFolder = (folder: string) =>
    sources.filter(({ path }) => posix.dirname(path) === folder)
      .map(({ path, title }) => item(siteLink(path), title));
  const modules = entries.map((entry) =>
    item(`api/${modulePath(entry)}/index.html`, specifierOf(entry))
  );
  return [
    list("Project", [
      ...inFolder("."),
      item("docs/adr/index.html", "Decisions"),
      item("bench/NOTES.html", "Notes on speed"),
    ]),
    list("Tutorials", inFolder("docs/tutorials")),
    list("Guides", inFolder("docs")),
    list("Reference", [item("api/index.html", "All packages"), ...modules]),
  ].join("\n");
}

function rootOf(page: string): string {
  return "../".repeat(page.split("/").length - 1);
}

/** Builds the site into a folder, which it empties first; returns all pages but the reference. */
export async function buildSite(folder: string): Promise<string[]> {
  await emptyFolder(folder);
  const entries = entriesOf(await readMembers()).filter(({ subpath }) => subpath !== ".");
  const sources = [...await readSources(), await referenceSource(entries)];
  const toHtml = await loadMarkdown();
  await writeReference(entries, join(folder, "api"));
  const pages = sources.map(({ path }) => siteLink(path));
  for (const [i, { text, title }] of sources.entries()) {
    const page = pages[i];
    const html = toHtml(text).replace(
      /\b(href|src)="([^"]+)"/g,
      (_, attribute, link) => `${attribute}="${siteLink(link)}"`,
    );
    await Deno.mkdir(join(folder, dirname(page)), { recursive: true });
    await Deno.writeTextFile(
      join(folder, page),
      renderPage({
        title,
        body: withAnchors(html),
        menu: menu(sources, entries, page),
        root: rootOf(page),
      }),
    );
  }
  await Deno.copyFile(join(import.meta.dirname ?? "", "style.css"), join(folder, "style.css"));
  await Deno.writeTextFile(join(folder, "favicon.svg"), favicon("#3b6ef0", 32));
  await bundleClient(folder);
  await buildLivePage(folder, menu(sources, entries, "live/index.html"));
  for (const path of ["docs/images", "docs/sweeps", "docs/tutorials"]) {
    await copyFolder(join(repositoryRoot, path), join(folder, path));
  }
  return [...pages, "live/index.html"];
}

/** Copies the files of a folder that are no pages. */
async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isFile } of Deno.readDir(from)) {
    if (isFile && !name.endsWith(".md")) await Deno.copyFile(join(from, name), join(to, name));
  }
}

if (import.meta.main) {
  const folder = resolve(repositoryRoot, Deno.args[0] ?? "dist/docs");
  const pages = await buildSite(folder);
  const broken = await brokenLinks(folder, pages);
  for (const link of broken) console.error(`Leads nowhere: ${link}`);
  if (broken.length > 0) Deno.exit(1);
  console.log(`${pages.length} pages and the reference in ${folder}`);
}
