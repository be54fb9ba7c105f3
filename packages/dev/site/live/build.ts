/**
 * Builds the live page. As a program it makes a site of that page alone, to look at it:
 * `deno run -A --lock=packages/dev/npm/tools.lock --frozen packages/dev/site/live/build.ts folder`.
 *
 * @module
 */
import { basename, join, resolve } from "node:path";
import { emptyFolder } from "../../empty_folder.ts";
import { type Member, readMembers } from "../../members.ts";
import { type BuildResult, type Esbuild, loadEsbuild } from "../../npm/tools.ts";
import { gzippedLength } from "../../npm/weigh.ts";
import { repositoryRoot } from "../../run_deno.ts";
import { pageOptions, workspacePlugin, writePageFiles } from "../client.ts";
import { renderPage } from "../page.ts";
import { liveBody } from "./body.ts";

const here = "packages/dev/site/live";

/** The modules that the page and its workers start with. */
const entries = ["main", "swing_up/stage", "swing_up/learner"];

/** The modules without which the controls of the first tab do not answer. */
const firstModules = ["main", "swing_up/page"].map((name) => `${here}/app/${name}.ts`);

/** Networks that come with the page. */
const models = ["pendulum.safetensors", "digits.safetensors"];

/** The most that the page may weigh with all its parts but the networks, in bytes after gzip. */
export const mostBytes = 200_000;

/** Writes the live page, `live/index.html` and its files, into the site's folder. */
export async function buildLivePage(
  esbuild: Esbuild,
  members: readonly Member[],
  folder: string,
  menu: string,
): Promise<void> {
  const target = join(folder, "live");
  await Deno.mkdir(target, { recursive: true });
  const source = join(repositoryRoot, here);
  await Deno.copyFile(join(source, "live.css"), join(target, "live.css"));
  for (const name of models) {
    await Deno.copyFile(join(source, "models", name), join(target, name));
  }
  const built = await esbuild.build({
    ...pageOptions,
    entryPoints: entries.map((name) => `${here}/app/${name}.ts`),
    entryNames: "[name]",
    chunkNames: "part-[hash]",
    outdir: target,
    metafile: true,
    plugins: [workspacePlugin(members)],
  });
  const preloads = filesAtFirst(built).map((name) => `<link rel="modulepreload" href="${name}">`);
  const html = renderPage({
    title: "Live",
    description: "A spiking neural network learns to swing up a pendulum, in your browser",
    body: `<link rel="stylesheet" href="live.css">\n${preloads.join("\n")}\n${liveBody()}`,
    menu,
    root: "../",
    scripts: ["main.js"],
    wide: true,
    place: "live",
  });
  await Deno.writeTextFile(join(target, "index.html"), html);
}

/** The files that the page needs before its controls answer, so that it asks for all at once. */
function filesAtFirst({ metafile: { outputs } = { outputs: {} } }: BuildResult): string[] {
  const files = new Set<string>();
  const add = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    for (const { path, kind } of outputs[file].imports) {
      if (kind === "import-statement") add(path);
    }
  };
  for (const [file, { entryPoint = "" }] of Object.entries(outputs)) {
    if (firstModules.includes(entryPoint)) add(file);
  }
  return [...files].map((file) => basename(file));
}

/** The bytes of every file of the live page after gzip, without the networks. */
export async function livePageSizes(folder: string): Promise<Readonly<Record<string, number>>> {
  const sizes: Record<string, number> = {};
  for await (const { name } of Deno.readDir(join(folder, "live"))) {
    if (models.includes(name)) continue;
    sizes[name] = await gzippedLength(await Deno.readFile(join(folder, "live", name)));
  }
  return sizes;
}

if (import.meta.main) {
  const folder = resolve(Deno.args[0] ?? join(repositoryRoot, "dist/live"));
  await emptyFolder(folder);
  const members = await readMembers();
  const esbuild = await loadEsbuild();
  try {
    await writePageFiles(esbuild, members, folder);
    await buildLivePage(esbuild, members, folder, "");
  } finally {
    await esbuild.stop();
  }
  const sizes = Object.entries(await livePageSizes(folder)).sort(([, a], [, b]) => b - a);
  for (const [name, bytes] of sizes) console.log(`${String(bytes).padStart(8)} ${name}`);
  console.log(`${sizes.reduce((sum, [, bytes]) => sum + bytes, 0)} bytes of at most ${mostBytes}`);
}
