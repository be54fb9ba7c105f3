import { cp } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join, posix } from "node:path";
import { findImports } from "../find_imports.ts";
import { type Member, readMembers } from "../members.ts";
import { relativeSpecifier, resolveModule } from "../npm/modules.ts";
import { repositoryRoot } from "../run_deno.ts";

/** Imports of tests besides published packages, and the module that stands for each. */
const standIns: Readonly<Record<string, string>> = {
  "@std/assert": "packages/dev/assert.ts",
  "node:util": "packages/dev/engines/plain_util.ts",
};

const specifiers = /\b(from\s*|import\s*\(?\s*)"([^"]+)"/g;

/**
 * Writes a module of this repository and all its imports into `folder` as JavaScript, so that any
 * engine runs it without tools: types are blanked out, imports become relative paths. Test data
 * comes along.
 */
export async function writePlainModules(entry: string, folder: string): Promise<void> {
  const members = await readMembers();
  const modules = new Set([entry]);
  for (const path of modules) { // A set that grows while it is walked is walked to its end.
    const source = await Deno.readTextFile(join(repositoryRoot, path));
    const targets = importedModules(source, path, members);
    for (const target of targets.values()) modules.add(target);
    const code = stripTypeScriptTypes(source).replace(specifiers, (text, head, specifier) => {
      const target = targets.get(specifier);
      return target === undefined ? text : `${head}"${relativeSpecifier(target, path)}"`;
    });
    await write(join(folder, path.replace(/\.ts$/, ".js")), code);
  }
  const packages = new Set([...modules].map((path) => path.split("/").slice(0, 2).join("/")));
  for (const name of packages) {
    const data = posix.join(name, "testdata");
    await cp(join(repositoryRoot, data), join(folder, data), { recursive: true }).catch(() => {
      // Not every package has one.
    });
  }
}

/** The modules that a module imports, by the specifier it uses. */
function importedModules(
  source: string,
  path: string,
  members: readonly Member[],
): Map<string, string> {
  return new Map(
    findImports(source).map(({ specifier }) => [
      specifier,
      standIns[specifier] ?? resolveModule(specifier, path, members),
    ]),
  );
}

async function write(file: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(file), { recursive: true });
  await Deno.writeTextFile(file, text);
}
