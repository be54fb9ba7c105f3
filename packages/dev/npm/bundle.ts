/**
 * Makes the npm package in dist/npm, or in another folder: `deno task bundle [folder]`.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { currentVersion } from "../bump.ts";
import { emptyFolder } from "../empty_folder.ts";
import { readMembers } from "../members.ts";
import { sourceLink } from "../repository.ts";
import { repositoryRoot } from "../run_deno.ts";
import { compileModules, writeDeclarations } from "./compile.ts";
import { entriesOf, manifest } from "./manifest.ts";
import { npmNames, reachableModules } from "./modules.ts";
import { loadEsbuild, loadTypeScript } from "./tools.ts";

/** Modules that run as programs of their own, to which no import leads. */
const programs = [
  "packages/training/cli/seed_process.ts",
  "packages/training/second_thread/second_thread_program.ts",
];

/** Builds the package into `folder`, which it empties first, and returns the number of modules. */
export async function bundle(folder: string): Promise<number> {
  const members = await readMembers();
  const entries = entriesOf(members);
  const starts = entries.map(({ path }) => path);
  const modules = await reachableModules([...starts, ...programs], members);
  await emptyFolder(folder);
  const esbuild = await loadEsbuild();
  try {
    await compileModules(esbuild, modules, members, folder);
  } finally {
    await esbuild.stop();
  }
  await writeDeclarations(await loadTypeScript(), starts, members, folder);
  const version = await currentVersion();
  const packageJson = manifest(version, entries);
  await Deno.writeTextFile(
    join(folder, "package.json"),
    `${JSON.stringify(packageJson, undefined, 2)}\n`,
  );
  const readme = await Deno.readTextFile(join(repositoryRoot, "README.md"));
  await Deno.writeTextFile(join(folder, "README.md"), npmReadme(readme, version));
  await Deno.copyFile(join(repositoryRoot, "LICENSE"), join(folder, "LICENSE"));
  return modules.length;
}

/**
 * The README of the repository, for people who install a package: links to files of the repository
 * lead there, or are plain text while it has no address.
 */
export function npmReadme(readme: string, version: string, address?: string): string {
  const section = (title: string) => new RegExp(`^## ${title}\\n[^]*?(?=^## )`, "m");
  const text = readme.replace(section("Install"), "")
    .replace(/^On a machine with Node[^]*?(?=^## )/m, "    npm install spikeloop\n\n")
    .replaceAll(/(!?)\[([^\]]*)\]\((?![a-z]+:|#)([^)]+)\)/g, (_, image, label, path) => {
      const link = sourceLink(path, version, address);
      return link !== undefined ? `${image}[${label}](${link})` : image === "" ? label : "";
    });
  return npmNames(text);
}

if (import.meta.main) {
  const folder = resolve(repositoryRoot, Deno.args[0] ?? "dist/npm");
  console.log(`${await bundle(folder)} modules in ${folder}`);
}
