import { posix } from "node:path";
import type { Entry } from "../../npm/manifest.ts";

/** The name by which a program imports an entry point. */
export function specifierOf({ subpath, path }: Entry): string {
  const isFacade = path.startsWith("packages/spikeloop/");
  return `@spikeloop${isFacade ? "/spikeloop" : ""}${subpath.slice(1)}`;
}

/** The page of an entry point in the reference, from the root of the site. */
export function pageOf({ subpath }: Entry): string {
  return `api/${subpath === "." ? "spikeloop" : posix.normalize(subpath)}.html`;
}
