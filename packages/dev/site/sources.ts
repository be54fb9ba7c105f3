import { join, posix } from "node:path";
import { readFiles } from "../guides/read_files.ts";
import { repositoryRoot } from "../run_deno.ts";

/** A text in Markdown that becomes a page. */
export interface Source {
  /** Where it lies from the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly title: string;
}

/** A file of the site: its path from the root, and its text. */
export type SiteFile = readonly [path: string, text: string];

/** A part of the menu: its title and its texts in the order in which one reads them. */
export interface Chapter {
  readonly title: string;
  readonly paths: readonly string[];
}

/** The guides, from the first that a newcomer reads to the last. */
const guides: readonly Chapter[] = [
  { title: "Start", paths: ["docs/getting_started.md", "docs/step_api.md", "docs/training.md"] },
  {
    title: "Tutorials",
    paths: ["README", "digits", "memory", "actor"].map((name) => `docs/tutorials/${name}.md`),
  },
  {
    title: "Neurons",
    paths: ["which_neuron", "writing_a_neuron", "writing_a_surrogate", "not_learning", "energy"]
      .map((name) => `docs/${name}.md`),
  },
  {
    title: "Acting",
    paths: ["environments", "command_line", "sweeps", "results", "demo"]
      .map((name) => `docs/${name}.md`),
  },
  {
    title: "Files and other libraries",
    paths: ["saving_and_loading", "nir", "porting_from_spikingjelly", "porting_tables"]
      .map((name) => `docs/${name}.md`),
  },
  {
    title: "Depth",
    paths: ["gpu", "performance", "how_it_works"].map((name) => `docs/${name}.md`),
  },
];

const project: Chapter = {
  title: "Project",
  paths: [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/adr/README.md",
    "bench/NOTES.md",
  ],
};

/** The chapters of the menu; a guide that none names stands in the last but one. */
export async function readChapters(): Promise<Chapter[]> {
  const found = [...await markdownIn("docs"), ...await markdownIn("docs/tutorials")];
  const named = new Set(guides.flatMap(({ paths }) => paths));
  const [last, ...before] = guides.toReversed();
  const rest = found.filter((path) => !named.has(path));
  return [...before.toReversed(), { ...last, paths: [...last.paths, ...rest] }, project];
}

/** Every text that becomes a page: those of the menu, the decisions, and the packages' READMEs. */
export async function readSources(chapters: readonly Chapter[]): Promise<Source[]> {
  const readmes = [...(await readFiles("README.md")).keys()]
    .filter((path) => path.startsWith("packages/") && !path.startsWith("packages/dev/")).sort();
  const paths = new Set([
    ...chapters.flatMap((chapter) => chapter.paths),
    ...await markdownIn("docs/adr"),
    ...readmes,
  ]);
  return await Promise.all([...paths].map(async (path) => {
    const text = await Deno.readTextFile(join(repositoryRoot, path));
    return { path, text, title: titleOf(text) ?? path };
  }));
}

function titleOf(text: string): string | undefined {
  return /^# (.+)$/m.exec(text)?.[1].replaceAll(/[`*_]/g, "");
}

async function markdownIn(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(join(repositoryRoot, folder)));
  return entries.map(({ name }) => name).filter((name) => name.endsWith(".md")).sort()
    .map((name) => posix.join(folder, name));
}
