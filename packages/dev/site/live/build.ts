import { join, relative } from "node:path";
import { readMembers } from "../../members.ts";
import { resolveModule } from "../../npm/modules.ts";
import { loadEsbuild, type Plugin } from "../../npm/tools.ts";
import { repositoryRoot } from "../../run_deno.ts";
import { renderPage } from "../page.ts";
import { liveBody } from "./body.ts";

const here = "packages/dev/site/live";

/** The modules that the page and its workers start with. */
const entries = ["main", "swing_up/stage", "swing_up/learner"];

/** Networks that come with the page. */
const models = ["pendulum.safetensors", "digits.safetensors"];

/** Writes the live page, `live/index.html` and its files, into the site's folder. */
export async function buildLivePage(folder: string, menu: string): Promise<void> {
  const target = join(folder, "live");
  await Deno.mkdir(target, { recursive: true });
  const html = renderPage({
    title: "Live",
    description: "A spiking neural network learns to swing up a pendulum, in your browser",
    body: `<link rel="stylesheet" href="live.css">\n${liveBody()}`,
    menu,
    root: "../",
    scripts: ["main.js"],
    wide: true,
    place: "live",
  });
  await Deno.writeTextFile(join(target, "index.html"), html);
  const source = join(repositoryRoot, here);
  await Deno.copyFile(join(source, "live.css"), join(target, "live.css"));
  for (const name of models) {
    await Deno.copyFile(join(source, "models", name), join(target, name));
  }
  await bundleApp(target);
}

/** Bundles the modules; the parts that several of them share lie beside them. */
async function bundleApp(outdir: string): Promise<void> {
  const members = await readMembers();
  const packages: Plugin = {
    name: "packages of this repository",
    setup: (build) =>
      build.onResolve({ filter: /^(@spikeloop\/|\.)/ }, ({ path, importer, kind }) => {
        if (kind === "entry-point") return undefined;
        const from = relative(repositoryRoot, importer).replaceAll("\\", "/");
        // As in the npm package, modules do nothing when they are loaded.
        const sideEffects = false;
        return { path: join(repositoryRoot, resolveModule(path, from, members)), sideEffects };
      }),
  };
  const esbuild = await loadEsbuild();
  try {
    await esbuild.build({
      absWorkingDir: repositoryRoot,
      entryPoints: entries.map((name) => `${here}/app/${name}.ts`),
      entryNames: "[name]",
      chunkNames: "part-[hash]",
      outdir,
      bundle: true,
      splitting: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      logLevel: "warning",
      plugins: [packages],
    });
  } finally {
    await esbuild.stop();
  }
}
