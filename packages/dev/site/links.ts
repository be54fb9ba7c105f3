import { dirname, join, posix } from "node:path";
import { idsOf } from "./anchors.ts";

/** The text about the live page: on the site, links to it lead to the page itself. */
export const liveReadme = "packages/dev/site/live/README.md";

/** The page that a Markdown file becomes; the README of the repository leaves index.html free. */
export function pageOf(path: string): string {
  if (path === "README.md") return "readme.html";
  if (path === liveReadme) return "live/index.html";
  return path.replace(/(^|\/)README\.md$/, "$1index.html").replace(/\.md$/, ".html");
}

/** Returns the link from a page to another file of the site. */
export function relativeLink(from: string, to: string): string {
  const [path, fragment] = to.split("#");
  const link = posix.relative(posix.dirname(from), path) || posix.basename(path);
  return fragment === undefined ? link : path === from ? `#${fragment}` : `${link}#${fragment}`;
}

/** Where links of a Markdown file lead. */
export interface LinkTargets {
  /** Whether a Markdown file is a page. */
  readonly isPage: (path: string) => boolean;
  /** Whether a file or folder of the repository is copied to the site as it is. */
  readonly isCopied: (path: string) => boolean;
  /** Returns where a file of the repository can be read; undefined while it has no address. */
  readonly sourceOf: (path: string) => string | undefined;
}

/** Returns where a link of a Markdown file leads on the site; undefined where it is left out. */
export function siteLink(href: string, from: string, targets: LinkTargets): string | undefined {
  if (/^[a-z]+:|^#/.test(href)) return href;
  const [link, fragment] = href.split("#");
  const path = posix.join(posix.dirname(from), decodeURI(link)).replace(/\/$/, "");
  const end = fragment === undefined ? "" : `#${fragment}`;
  for (const text of [path, `${path}/README.md`]) {
    // The headings of that text are not on the page.
    if (text === liveReadme) return relativeLink(pageOf(from), pageOf(text));
    if (targets.isPage(text)) return relativeLink(pageOf(from), pageOf(text) + end);
  }
  if (targets.isCopied(path)) return relativeLink(pageOf(from), path);
  return targets.sourceOf(path);
}

const reference = /\b(?:href|src)="([^"]+)"/g;

/**
 * The links of pages that lead to no file below the site's folder, or to no heading of it, each as
 * `page: link`.
 */
export async function brokenLinks(site: string, pages: readonly string[]): Promise<string[]> {
  const broken: string[] = [];
  const targets = new Map<string, Set<string> | undefined>();
  for (const page of pages) {
    const html = await Deno.readTextFile(join(site, page));
    for (const [, link] of html.matchAll(reference)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path, fragment = ""] = link.replaceAll("&amp;", "&").split("#").map(
        decodeURIComponent,
      );
      const target = path === "" ? join(site, page) : join(site, dirname(page), path);
      if (!targets.has(target)) targets.set(target, await idsAt(target));
      const ids = targets.get(target);
      const hasFragment = fragment === "" || ids?.has(fragment);
      if (ids === undefined || !hasFragment) broken.push(`${page}: ${link}`);
    }
  }
  return broken;
}

/** The ids of a page, none for other files, undefined where there is no file. */
async function idsAt(path: string): Promise<Set<string> | undefined> {
  const isFile = await Deno.stat(path).then((info) => info.isFile, () => false);
  if (!isFile) return undefined;
  return path.endsWith(".html") ? idsOf(await Deno.readTextFile(path)) : new Set();
}

/** Every HTML page below the site's folder, as its path from there. */
export async function pagesIn(site: string): Promise<string[]> {
  return (await filesIn(site)).filter((path) => path.endsWith(".html"));
}

/** Every file below the site's folder, as its path from there. */
export async function filesIn(site: string, folder = ""): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(site, folder))) {
    const path = posix.join(folder, name);
    if (isDirectory) files.push(...await filesIn(site, path));
    else files.push(path);
  }
  return files.sort();
}
