/**
 * Weighs programs that use the npm package in dist/npm, or in another folder. Fails where a program
 * weighs more than its budget, or brings along modules that it does not use.
 *
 * @module
 */
import { resolve } from "node:path";
import { repositoryRoot } from "../run_deno.ts";
import { type Budget, budgets } from "./budgets.ts";
import { type Esbuild, loadEsbuild } from "./tools.ts";

/** The size of a program. */
export interface Weight {
  /** Bytes of the minified bundle after gzip. */
  readonly bytes: number;
  /** The modules of the package that are in it. */
  readonly modules: readonly string[];
}

/** Bundles a program and weighs it. */
export async function weigh(esbuild: Esbuild, folder: string, source: string): Promise<Weight> {
  const { outputFiles = [], metafile } = await esbuild.build({
    absWorkingDir: folder,
    stdin: { contents: source, resolveDir: folder },
    outfile: "program.js",
    bundle: true,
    minify: true,
    metafile: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
  });
  const [{ contents }] = outputFiles;
  const inputs = Object.entries(metafile?.outputs["program.js"].inputs ?? {});
  return {
    bytes: await gzippedLength(contents),
    modules: inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path),
  };
}

/** The number of bytes after gzip. */
export async function gzippedLength(bytes: Uint8Array): Promise<number> {
  const stream = new Blob([bytes as BlobPart]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).arrayBuffer()).byteLength;
}

/** Returns the faults of a weight; none where it keeps its budget. */
export function excess({ most, never = [] }: Budget, { bytes, modules }: Weight): string[] {
  const unused = modules.filter((path) => never.some((pattern) => pattern.test(path)));
  return [
    ...(bytes > most * 1000 ? [`more than ${most} kB`] : []),
    ...(unused.length > 0 ? [`brings along ${unused.join(", ")}`] : []),
  ];
}

/** Prints the weight of each program; true where all keep their budgets. */
async function reportWeights(folder: string): Promise<boolean> {
  const esbuild = await loadEsbuild();
  let isWithin = true;
  for (const budget of budgets) {
    const weight = await weigh(esbuild, folder, budget.source);
    const problems = excess(budget, weight);
    isWithin &&= problems.length === 0;
    const size = (weight.bytes / 1000).toFixed(1).padStart(5);
    const note = problems.length === 0 ? `of ${budget.most}` : `FAILED: ${problems.join("; ")}`;
    console.log(`${size} kB ${budget.what} (${note})`);
  }
  await esbuild.stop();
  return isWithin;
}

if (import.meta.main) {
  const folder = resolve(repositoryRoot, Deno.args[0] ?? "dist/npm");
  Deno.exit(await reportWeights(folder) ? 0 : 1);
}
