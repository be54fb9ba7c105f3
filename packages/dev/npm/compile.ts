import { basename, join, relative } from "node:path";
import type { Member } from "../members.ts";
import { repositoryRoot } from "../run_deno.ts";
import { npmNames, publishedSpecifier, resolveModule } from "./modules.ts";
import type { Esbuild, TypeScript } from "./tools.ts";

/**
 * Compiles each module to a .js file with its source map; imports become relative paths. Modules
 * stay apart, so that bundlers leave out whole files that are not used: from shared chunks, rect
 * would weigh twice as much and a plot ten times.
 */
export async function compileModules(
  esbuild: Esbuild,
  modules: readonly string[],
  members: readonly Member[],
  folder: string,
): Promise<void> {
  await esbuild.build({
    absWorkingDir: repositoryRoot,
    entryPoints: modules,
    outbase: "packages",
    outdir: folder,
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    sourcemap: true,
    logLevel: "warning",
    plugins: [{
      name: "keep modules apart",
      setup: (build) =>
        build.onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
          if (kind === "entry-point") return undefined;
          const from = relative(repositoryRoot, importer).replaceAll("\\", "/");
          return { path: publishedSpecifier(path, from, members), external: true };
        }),
    }],
  });
  for (const path of modules) await placeSource(join(folder, outputName(path)));
}

/** Where a module goes, without an extension. */
function outputName(path: string): string {
  return path.replace(/^packages\//, "").replace(/\.ts$/, "");
}

/**
 * The .js file's map says that its source, which it contains, lies beside it, not where it was
 * built.
 */
async function placeSource(file: string): Promise<void> {
  const map = JSON.parse(await Deno.readTextFile(`${file}.js.map`));
  await Deno.writeTextFile(
    `${file}.js.map`,
    JSON.stringify({ ...map, sources: [`${basename(file)}.ts`] }),
  );
}

/**
 * Writes the declarations, .d.ts files, of the entry points and of the modules whose types they
 * show.
 */
export async function writeDeclarations(
  typescript: TypeScript,
  entries: readonly string[],
  members: readonly Member[],
  folder: string,
): Promise<void> {
  const shown = new Set(entries);
  for (const path of shown) { // A set that grows while it is walked is walked to its end.
    const source = await Deno.readTextFile(join(repositoryRoot, path));
    const { text, imports } = declarationOf(typescript, path, source, members);
    for (const target of imports) shown.add(target);
    await Deno.writeTextFile(join(folder, `${outputName(path)}.d.ts`), text);
  }
}

const fromClause = /^((?:import|export) .* from )"([^"]+)"/gm;

/**
 * Returns the declaration of one module, made from that module alone, and the modules that it
 * imports. Public names have written types, or the registry would refuse them as slow; only a
 * private helper may be declared as `any`.
 */
function declarationOf(
  typescript: TypeScript,
  path: string,
  source: string,
  members: readonly Member[],
): { readonly text: string; readonly imports: readonly string[] } {
  const { outputText } = typescript.transpileDeclaration(source, {
    fileName: path,
    compilerOptions: { isolatedDeclarations: true, declaration: true, target: "ESNext" },
  });
  const imports: string[] = [];
  const text = outputText.replace(fromClause, (_, head, specifier) => {
    imports.push(resolveModule(specifier, path, members));
    return `${head}"${publishedSpecifier(specifier, path, members)}"`;
  });
  return { text: npmNames(withLibraries(withoutTwins(text))), imports };
}

/**
 * TypeScript declares a method such as `[Symbol.toPrimitive]()` twice, as a property too: the
 * method stays.
 */
export function withoutTwins(text: string): string {
  const property = /^ *\/\*\*(?:(?!\*\/)[^])*\*\/\n *(\[Symbol\.\w+\]): [^\n]*;\n/gm;
  return text.replace(property, (twin, name) => text.includes(`${name}(`) ? "" : twin);
}

/**
 * Declarations that speak of disposal carry TypeScript's own of it, which a program's target may
 * leave out.
 */
function withLibraries(declaration: string): string {
  const disposes = /\bDisposable\b|\bSymbol\.dispose\b/.test(declaration);
  return disposes ? `/// <reference lib="esnext.disposable" />\n${declaration}` : declaration;
}
