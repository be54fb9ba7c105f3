const pattern = /^(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?$/;

/**
 * Returns the next version: "major", "minor" or "patch" of the current one, or the wish itself,
 * which must be a semantic version above the current one.
 *
 * @throws {RangeError} if it is none of these.
 */
export function nextVersion(current: string, wish: string): string {
  const [major, minor, patch] = numbersOf(current);
  const isPrerelease = current.includes("-");
  if (wish === "major") return `${major + 1}.0.0`;
  if (wish === "minor") return `${major}.${minor + 1}.0`;
  if (wish === "patch") return `${major}.${minor}.${isPrerelease ? patch : patch + 1}`;
  if (!isHigher(wish, current)) {
    throw new RangeError(`Cannot bump ${current} to ${wish}: expected a higher version`);
  }
  return wish;
}

function numbersOf(version: string): [number, number, number] {
  const [match, major, minor, patch] = pattern.exec(version) ?? [];
  if (match === undefined) {
    throw new RangeError(
      `Cannot bump to "${version}": expected major, minor, patch or a version such as 1.2.3`,
    );
  }
  return [Number(major), Number(minor), Number(patch)];
}

/**
 * Whether `a` is higher than `b`. A prerelease is lower than its release; two of one release
 * compare as texts.
 */
function isHigher(a: string, b: string): boolean {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  const differing = left.findIndex((part, i) => part !== right[i]);
  if (differing >= 0) return left[differing] > right[differing];
  if (a.includes("-") && b.includes("-")) return a > b;
  return b.includes("-") && !a.includes("-");
}
