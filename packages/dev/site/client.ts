import { join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Member } from "../members.ts";
import { entriesOf } from "../npm/manifest.ts";
import { resolveModule } from "../npm/modules.ts";
import { type Esbuild, loadMiniSearch, type Plugin, toolSpecifiers } from "../npm/tools.ts";
import { repositoryRoot } from "../run_deno.ts";
import { favicon } from "./icons.ts";
import { styleSheet } from "./style_sheet.ts";

/** The options of all that runs in pages. */
export const pageOptions = {
  absWorkingDir: repositoryRoot,
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  logLevel: "warning",
} as const;

/** Finds the packages of the workspace, and minisearch where Deno keeps it. */
export function workspacePlugin(members: readonly Member[], minisearch?: string): Plugin {
  return {
    name: "packages of the workspace",
    setup: (build) =>
      build.onResolve({ filter: /^(@spikeloop\/|minisearch$)/ }, ({ path, importer }) => {
        if (path === "minisearch") return { path: minisearch ?? path };
        const from = relative(repositoryRoot, importer).replaceAll("\\", "/");
        // As in the npm package, modules do nothing when they are loaded.
        const target = posix.join(repositoryRoot, resolveModule(path, from, members));
        return { path: target, sideEffects: false };
      }),
  };
}

/**
 * Writes the files that all pages load into the site's folder: the style sheet, the icon, and the
 * scripts: `site.js` and what it loads later.
 */
export async function writePageFiles(
  esbuild: Esbuild,
  members: readonly Member[],
  folder: string,
): Promise<void> {
  await Deno.writeTextFile(join(folder, "style.css"), await styleSheet());
  await Deno.writeTextFile(join(folder, "favicon.svg"), favicon("#3b6ef0", 32));
  await loadMiniSearch(); // So that Deno knows where it is.
  const minisearch = fileURLToPath(import.meta.resolve(`${toolSpecifiers.minisearch}`));
  await esbuild.build({
    ...pageOptions,
    entryPoints: ["site", "home", "playground/worker"].map((name) =>
      `packages/dev/site/client/${name}.ts`
    ),
    outdir: folder,
    entryNames: "[name]",
    chunkNames: "parts/[name]-[hash]",
    plugins: [workspacePlugin(members, minisearch)],
  });
}

/**
 * Writes the library as ES modules into a folder, a module for each entry point: blocks that run in
 * the page import them.
 */
export async function bundleLibrary(
  esbuild: Esbuild,
  members: readonly Member[],
  folder: string,
): Promise<void> {
  const entries = entriesOf(members).filter(({ subpath }) => !/cli|files|mujoco/.test(subpath));
  const named = entries.map(({ subpath, path }) => [
    subpath === "." ? "spikeloop" : posix.normalize(subpath),
    path,
  ]);
  await esbuild.build({
    ...pageOptions,
    entryPoints: Object.fromEntries(named),
    outdir: folder,
    chunkNames: "parts/[name]-[hash]",
    keepNames: true, // Messages of errors name classes.
    plugins: [workspacePlugin(members)],
  });
}
