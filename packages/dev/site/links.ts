import { dirname, join } from "node:path";
import { idsOf } from "./anchors.ts";

/** Where a link of a Markdown file leads on the site: `.md` files have become pages. */
export function siteLink(href: string): string {
  if (/^[a-z]+:|^#/.test(href)) return href;
  return href.replace(/(^|\/)README\.md(?=#|$)/, "$1index.html").replace(/\.md(?=#|$)/, ".html");
}

const reference = /\b(?:href|src)="([^"]+)"/g;

/**
 * The links of pages that lead to no file below the site's folder, or to no heading of it, each as
 * `page: link`.
 */
export async function brokenLinks(site: string, pages: readonly string[]): Promise<string[]> {
  const broken: string[] = [];
  const texts = new Map<string, string | undefined>();
  for (const page of pages) {
    const html = await Deno.readTextFile(join(site, page));
    for (const [, link] of html.matchAll(reference)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path, fragment = ""] = link.split("#").map(decodeURIComponent);
      const target = path === "" ? join(site, page) : join(site, dirname(page), path);
      if (!texts.has(target)) texts.set(target, await readPage(target));
      const text = texts.get(target);
      const hasFragment = fragment === "" || text !== undefined && idsOf(text).has(fragment);
      if (text === undefined || !hasFragment) broken.push(`${page}: ${link}`);
    }
  }
  return broken;
}

/** The text of a page, nothing for other files, undefined where there is no file. */
async function readPage(path: string): Promise<string | undefined> {
  const isFile = await Deno.stat(path).then((info) => info.isFile, () => false);
  if (!isFile) return undefined;
  return path.endsWith(".html") ? await Deno.readTextFile(path) : "";
}
