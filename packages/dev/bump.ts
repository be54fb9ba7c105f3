/**
 * `deno task bump <version | major | minor | patch>` writes the next version into every package and
 * its heading into the changelog. `deno task bump --check v1.2.3` fails unless every package has
 * that version and the changelog its heading.
 *
 * @module
 */
import { join } from "node:path";
import { readMembers } from "./members.ts";
import { nextVersion } from "./next_version.ts";
import { repositoryRoot } from "./run_deno.ts";

const unreleased = "## [Unreleased]";

const versionLine = /^( {2}"version": ")([^"]+)(",)$/m;

async function configs(root: string): Promise<string[]> {
  const members = await readMembers(root);
  return members.map(({ name }) => join(root, "packages", name, "deno.json"));
}

/**
 * Returns the version that all packages carry.
 *
 * @throws {RangeError} if they differ.
 */
export async function currentVersion(root: string = repositoryRoot): Promise<string> {
  const texts = await Promise.all((await configs(root)).map((path) => Deno.readTextFile(path)));
  const versions = [...new Set(texts.map((text) => versionLine.exec(text)?.[2] ?? "none"))];
  if (versions.length === 1) return versions[0];
  throw new RangeError(`Packages carry different versions: ${versions.sort().join(", ")}`);
}

/**
 * Writes a version into every package and its heading into the changelog, and returns the version.
 * The present version will do as long as it was not released.
 */
export async function bump(asked: string, date: string, root?: string): Promise<string> {
  const folder = root ?? repositoryRoot;
  const changelog = join(folder, "CHANGELOG.md");
  const before = await Deno.readTextFile(changelog);
  const current = await currentVersion(folder);
  const isFirst = asked === current && !hasRelease(before, current);
  const version = isFirst ? current : nextVersion(current, asked);
  const notes = releaseNotes(before, version, date);
  for (const path of await configs(folder)) {
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text.replace(versionLine, `$1${version}$3`));
  }
  const constant = join(folder, "packages/training/version.ts");
  const source = await Deno.readTextFile(constant).catch(() => "");
  if (source) await Deno.writeTextFile(constant, source.replace(/"[\d.]+"/, `"${version}"`));
  await Deno.writeTextFile(changelog, notes);
  return version;
}

/**
 * Checks that a tag names the version that is about to be released.
 *
 * @throws {RangeError} if packages carry another version, or the changelog has no heading for it.
 */
export async function checkTag(tag: string, root: string = repositoryRoot): Promise<void> {
  const version = await currentVersion(root);
  if (tag !== `v${version}`) {
    throw new RangeError(`Cannot release tag ${tag}: the packages carry version ${version}`);
  }
  if (!hasRelease(await Deno.readTextFile(join(root, "CHANGELOG.md")), version)) {
    throw new RangeError(`Cannot release tag ${tag}: CHANGELOG.md has no heading for ${version}`);
  }
}

/**
 * Returns the changelog with its unreleased part as the release of a version, below a new heading.
 */
function releaseNotes(changelog: string, version: string, date: string): string {
  if (!changelog.includes(`\n${unreleased}\n`)) {
    throw new SyntaxError(`Cannot release ${version}: CHANGELOG.md has no line "${unreleased}"`);
  }
  const release = `## [${version}] - ${date}`;
  return changelog.replace(`\n${unreleased}\n`, `\n${unreleased}\n\n${release}\n`);
}

/** Whether the changelog has a heading for a version. */
function hasRelease(changelog: string, version: string): boolean {
  return changelog.split("\n").some((line) => line.startsWith(`## [${version}] - `));
}

async function main([first, tag]: readonly string[]): Promise<string> {
  if (first === "--check") {
    await checkTag(tag ?? "");
    return `${tag} is what the packages carry`;
  }
  const version = await bump(first ?? "", new Date().toISOString().slice(0, 10));
  return `All packages carry ${version} now; commit, then tag v${version}`;
}

if (import.meta.main) {
  try {
    console.log(await main(Deno.args));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
