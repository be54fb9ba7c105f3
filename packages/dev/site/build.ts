/**
 * Builds the documentation in dist/docs, or in another folder: guides, reference, search and the
 * playground. `deno task docs [folder]`; with `--serve` it is then to be seen in a browser.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import { currentVersion } from "../bump.ts";
import { emptyFolder } from "../empty_folder.ts";
import { type Member, readMembers } from "../members.ts";
import { entriesOf } from "../npm/manifest.ts";
import { loadEsbuild } from "../npm/tools.ts";
import { sourceLink } from "../repository.ts";
import { repositoryRoot } from "../run_deno.ts";
import { serveFolder } from "../serve_folder.ts";
import { bundleLibrary, writePageFiles } from "./client.ts";
import { guideMenu, guidePages } from "./guide_pages.ts";
import { homePage } from "./home.ts";
import { brokenLinks, pagesIn } from "./links.ts";
import { firstParagraph, llmsFull, llmsIndex } from "./llms.ts";
import { buildLivePage } from "./live/build.ts";
import { loadMarkdown } from "./markdown.ts";
import { menu } from "./menu.ts";
import { readReference } from "./reference/read_reference.ts";
import { referencePages } from "./reference/reference_pages.ts";
import { type IndexedPage, searchIndex } from "./search_index.ts";
import { type Chapter, readChapters, readSources, type SiteFile, type Source } from "./sources.ts";

/** The live page as the search finds it. */
const live: IndexedPage = {
  title: "Live",
  page: "live/index.html",
  sections: [{
    id: "",
    title: "Live: watch a network learn",
    text:
      "A spiking actor learns to swing up a pendulum in the browser, while you watch and disturb it.",
  }],
};

/** Folders of the repository whose files are on the site as they are. */
const copied = ["docs/images", "docs/sweeps", "docs/tutorials"];

/** Builds the site into a folder, which it empties first. */
async function buildSite(folder: string): Promise<void> {
  await emptyFolder(folder);
  const members = await readMembers();
  for (const path of copied) await copyFolder(join(repositoryRoot, path), join(folder, path));
  const chapters = await readChapters();
  const sources = await readSources(chapters);
  for (const [path, text] of await texts(members, chapters, sources)) {
    await Deno.mkdir(join(folder, dirname(path)), { recursive: true });
    await Deno.writeTextFile(join(folder, path), text);
  }
  const esbuild = await loadEsbuild();
  try {
    await writePageFiles(esbuild, members, folder);
    await bundleLibrary(esbuild, members, join(folder, "lib"));
    const pages = menu(guideMenu(chapters, sources), "live/index.html");
    await buildLivePage(esbuild, members, folder, pages);
  } finally {
    await esbuild.stop();
  }
}

/** Everything of the site that is a text. */
async function texts(
  members: readonly Member[],
  chapters: readonly Chapter[],
  sources: readonly Source[],
): Promise<SiteFile[]> {
  const version = await currentVersion();
  const sourceOf = (path: string) => sourceLink(path, version);
  const modules = await readReference(entriesOf(members));
  const toHtml = await loadMarkdown();
  const ofPath = new Map(sources.map((source) => [source.path, source]));
  const guides = guidePages({ chapters, sources, modules, toHtml, copied, sourceOf });
  const reference = referencePages({
    modules,
    toHtml,
    sourceOf,
    isPage: (path) => ofPath.has(path),
  });
  const lists = [
    ...chapters.map(({ title, paths }) => ({
      title,
      links: paths.flatMap((path) => {
        const source = ofPath.get(path);
        return source ? [{ title: source.title, address: path }] : [];
      }),
    })),
    {
      title: "Reference",
      links: modules.map(({ specifier, page, doc }) => ({
        title: specifier,
        address: page.replace(/html$/, "md"),
        note: firstParagraph(doc),
      })),
    },
  ];
  const introduction = firstParagraph(ofPath.get("README.md")?.text ?? "");
  const guideSources = sources.filter(({ path }) => /^(README|docs\/(?!adr))/.test(path));
  return [
    ...guides.files,
    ...reference,
    ["index.html", homePage({ chapters, sources })],
    ["search.json", await searchIndex([live, ...guides.indexed], modules)],
    ["llms.txt", llmsIndex(introduction, lists)],
    ["llms-full.txt", llmsFull(guideSources)],
  ];
}

/** Copies the files of a folder that are no pages. */
async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isFile } of Deno.readDir(from)) {
    if (isFile && !name.endsWith(".md")) await Deno.copyFile(join(from, name), join(to, name));
  }
}

if (import.meta.main) {
  const paths = Deno.args.filter((arg) => !arg.startsWith("--"));
  const folder = resolve(repositoryRoot, paths[0] ?? "dist/docs");
  await buildSite(folder);
  const pages = await pagesIn(folder);
  const broken = await brokenLinks(folder, pages);
  for (const link of broken) console.error(`Leads nowhere: ${link}`);
  if (broken.length > 0) Deno.exit(1);
  console.log(`${pages.length} pages in ${folder}`);
  if (Deno.args.includes("--serve")) console.log(`Served at ${serveFolder(folder, 8000).address}`);
}
