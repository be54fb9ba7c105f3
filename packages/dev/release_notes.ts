const unreleased = "## [Unreleased]";

/**
 * Returns the changelog with its unreleased part as the release of a version, below a new heading.
 */
export function releaseNotes(changelog: string, version: string, date: string): string {
  if (!changelog.includes(`\n${unreleased}\n`)) {
    throw new SyntaxError(`Cannot release ${version}: CHANGELOG.md has no line "${unreleased}"`);
  }
  const release = `## [${version}] - ${date}`;
  return changelog.replace(`\n${unreleased}\n`, `\n${unreleased}\n\n${release}\n`);
}

/** Whether the changelog has a heading for a version. */
export function hasRelease(changelog: string, version: string): boolean {
  return changelog.split("\n").some((line) => line.startsWith(`## [${version}] - `));
}
