import { dirname, join } from "node:path";

/** Where a link of a Markdown file leads on the site: `.md` files have become pages. */
export function siteLink(href: string): string {
  if (/^[a-z]+:|^#/.test(href)) return href;
  return href.replace(/(^|\/)README\.md(?=#|$)/, "$1index.html").replace(/\.md(?=#|$)/, ".html");
}

const reference = /\b(?:href|src)="([^"]+)"/g;

/** The links of pages that lead to no file below the site's folder, each as `page: link`. */
export async function brokenLinks(site: string, pages: readonly string[]): Promise<string[]> {
  const broken: string[] = [];
  for (const page of pages) {
    const html = await Deno.readTextFile(join(site, page));
    for (const [, link] of html.matchAll(reference)) {
      if (/^[a-z]+:|^#/.test(link)) continue;
      const path = decodeURI(link.replace(/#.*/, ""));
      if (!await isFile(join(site, dirname(page), path))) broken.push(`${page}: ${link}`);
    }
  }
  return broken;
}

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isFile, () => false);
}
