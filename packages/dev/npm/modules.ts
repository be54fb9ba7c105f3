import { join, posix } from "node:path";
import { findImports } from "../find_imports.ts";
import type { Member } from "../members.ts";
import { repositoryRoot } from "../run_deno.ts";

const scope = "@spikeloop/";

/**
 * The path, from the root of the repository, of the module that an import of the module `from`
 * leads to.
 */
export function resolveModule(
  specifier: string,
  from: string,
  members: readonly Member[],
): string {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(from), specifier);
  const [name, ...rest] = specifier.replace(scope, "").split("/");
  const subpath = rest.length === 0 ? "." : `./${rest.join("/")}`;
  const entry = specifier.startsWith(scope) &&
    members.find((member) => member.isPublished && member.name === name)?.exports[subpath];
  if (!entry) {
    throw new Error(`Cannot bundle ${from}: it imports "${specifier}", which is not published`);
  }
  return posix.join("packages", name, entry);
}

/** Whether an import is of a module that Node, Deno and Bun bring along. */
const isBuiltIn = (specifier: string) => specifier.startsWith("node:");

/** Every module that the entry points reach, types included, in alphabetical order. */
export async function reachableModules(
  entries: readonly string[],
  members: readonly Member[],
): Promise<string[]> {
  const found = new Set(entries);
  for (const path of found) { // A set that grows while it is walked is walked to its end.
    const source = await Deno.readTextFile(join(repositoryRoot, path));
    for (const { specifier } of findImports(source)) {
      if (!isBuiltIn(specifier)) found.add(resolveModule(specifier, path, members));
    }
  }
  return [...found].sort();
}

/** The specifier of an import in the npm package: a relative path to a .js file. */
export function publishedSpecifier(
  specifier: string,
  from: string,
  members: readonly Member[],
): string {
  if (isBuiltIn(specifier)) return specifier;
  return relativeSpecifier(resolveModule(specifier, from, members), from);
}

/** The specifier by which the compiled module `from` imports the compiled module `target`. */
export function relativeSpecifier(target: string, from: string): string {
  const path = posix.relative(posix.dirname(from), target).replace(/\.ts$/, ".js");
  return path.startsWith(".") ? path : `./${path}`;
}

/**
 * Names of packages in texts, as npm knows them: `spikeloop/neuron` for `@spikeloop/neuron`. Names
 * on JSR, `jsr:@spikeloop/neuron`, stay.
 */
export function npmNames(text: string): string {
  return text
    .replaceAll(/(?<!jsr:)@spikeloop\/spikeloop/g, "spikeloop")
    .replaceAll(/(?<!jsr:)@spikeloop\//g, "spikeloop/");
}
