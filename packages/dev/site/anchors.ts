/** The id of a heading, as hosts of Git make it: its words in lower case, joined by hyphens. */
export function anchorOf(heading: string): string {
  return heading
    .replaceAll(/<[^>]*>|&[^;]+;/g, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");
}

/** The ids of a page. */
export function idsOf(html: string): Set<string> {
  return new Set([...html.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id));
}
