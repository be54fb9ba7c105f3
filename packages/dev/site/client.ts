import { loadEsbuild } from "../npm/tools.ts";
import { repositoryRoot } from "../run_deno.ts";

/** Writes the script of every page, `site.js`, into the site's folder. */
export async function bundleClient(folder: string): Promise<void> {
  const esbuild = await loadEsbuild();
  try {
    await esbuild.build({
      absWorkingDir: repositoryRoot,
      entryPoints: ["packages/dev/site/client/site.ts"],
      outdir: folder,
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      logLevel: "warning",
    });
  } finally {
    await esbuild.stop();
  }
}
