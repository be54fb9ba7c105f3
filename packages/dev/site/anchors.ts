/**
 * Adds an `id` to every heading of a page, made from its words as hosts of Git make them, so that
 * links can name it.
 */
export function withAnchors(html: string): string {
  const taken = new Map<string, number>();
  return html.replaceAll(/<h([1-6])>([^]*?)<\/h\1>/g, (_, level, content) => {
    const words = anchorOf(content);
    const count = taken.get(words) ?? 0;
    taken.set(words, count + 1);
    const id = count === 0 ? words : `${words}-${count}`;
    return `<h${level} id="${id}"><a class="anchor" href="#${id}">${content}</a></h${level}>`;
  });
}

/** The words of a heading in lower case, joined by hyphens, without punctuation. */
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
