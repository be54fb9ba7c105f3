import { loadMarked } from "../npm/tools.ts";
import { anchorOf } from "./anchors.ts";
import { highlight } from "./highlight.ts";
import { escapeHtml, textOf } from "./html.ts";
import { icons } from "./icons.ts";

/** A heading of a page. */
export interface Heading {
  readonly level: number;
  readonly id: string;
  /** HTML of its words. */
  readonly html: string;
}

/** A text in HTML. */
export interface Rendered {
  readonly html: string;
  readonly headings: readonly Heading[];
}

/** How a text becomes HTML. */
export interface MarkdownOptions {
  /** Returns where a link leads; undefined leaves the link out and keeps its words. */
  readonly linkOf?: (href: string) => string | undefined;
  /** Returns where the reference explains a name in code; undefined where it knows none. */
  readonly nameLink?: (name: string) => string | undefined;
}

/** Turns Markdown into HTML. */
export type ToHtml = (markdown: string, options?: MarkdownOptions) => Rendered;

/** Loads the function that turns Markdown into HTML. */
export async function loadMarkdown(): Promise<ToHtml> {
  const Marked = await loadMarked();
  return (markdown, { linkOf = (href: string) => href, nameLink = () => undefined } = {}) => {
    const headings: Heading[] = [];
    const counts = new Map<string, number>();
    let isInLink = false;
    const marked = new Marked({
      gfm: true,
      renderer: {
        heading({ tokens, depth }) {
          const html = this.parser.parseInline(tokens);
          const words = anchorOf(html);
          const count = counts.get(words) ?? 0;
          counts.set(words, count + 1);
          const id = count === 0 ? words : `${words}-${count}`;
          headings.push({ level: depth, id, html: html.replaceAll(/<\/?a\b[^>]*>/g, "") });
          return headingOf(depth, id, html);
        },
        link({ href, tokens }) {
          isInLink = true;
          const words = this.parser.parseInline(tokens);
          isInLink = false;
          const target = linkOf(href);
          return target === undefined ? words : `<a href="${escapeHtml(target)}">${words}</a>`;
        },
        image({ href, text }) {
          return `<img src="${escapeHtml(linkOf(href) ?? href)}" alt="${
            escapeHtml(text)
          }" loading="lazy">`;
        },
        code: ({ text, lang = "" }) => codeBlock(text, lang),
        codespan({ text }) {
          const code = `<code>${escapeHtml(text)}</code>`;
          const link = isInLink ? undefined : nameLink(text.replace(/\(\)$/, ""));
          return link === undefined ? code : `<a class="name" href="${link}">${code}</a>`;
        },
      },
    });
    const html = marked.parse(markdown, { async: false })
      .replaceAll(/<th\b[^>]*>\s*<\/th>/g, "<td></td>") // A corner is no header.
      .replaceAll("<table>", `<div class="scroll"><table>`)
      .replaceAll("</table>", "</table></div>");
    return { html, headings };
  };
}

/** HTML of a heading with its anchor. */
export function headingOf(level: number, id: string, html: string): string {
  const label = escapeHtml(`Link to: ${textOf(html)}`);
  const anchor = `<a class="anchor" href="#${id}" aria-label="${label}">#</a>`;
  return `<h${level} id="${id}">${html}${level === 1 ? "" : anchor}</h${level}>\n`;
}

/** HTML of a block of code: with a button that copies it, or in the playground where it is live. */
export function codeBlock(code: string, info: string): string {
  const [language = "", ...marks] = info.split(/\s+/);
  const text = code.replace(/\n$/, "");
  const pre = `<pre><code>${highlight(text, language)}\n</code></pre>`;
  if (marks.includes("live")) return `<div class="playground">${pre}</div>\n`;
  const copy =
    `<button class="button copy" type="button" aria-label="Copy" title="Copy" hidden>${icons.copy}</button>`;
  return `<div class="code">${pre}${copy}</div>\n`;
}

/** HTML of the list of a page's headings of the levels 2 and 3; empty where there are few. */
export function contentsOf(headings: readonly Heading[]): string {
  const shown = headings.filter(({ level }) => level === 2 || level === 3);
  if (shown.length < 2) return "";
  let html = "<ul>";
  let level = 2;
  for (const [i, heading] of shown.entries()) {
    if (i > 0 && heading.level === level) html += "</li>";
    if (heading.level > level) html += "<ul>";
    if (heading.level < level) html += "</li></ul></li>";
    level = heading.level;
    html += `<li><a href="#${heading.id}">${heading.html}</a>`;
  }
  return html + (level === 3 ? "</li></ul></li></ul>" : "</li></ul>");
}

/** The words of a section, by which a reader finds it. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** The sections of a page, the first of which is the text before the second heading. */
export function sectionsOf({ html, headings }: Rendered): Section[] {
  const starts = headings.map(({ id }) => html.indexOf(` id="${id}"`));
  return headings.map(({ id, html: title }, i) => ({
    id,
    title: textOf(title),
    text: textOf(
      html.slice(starts[i], starts[i + 1])
        .replace(/^[^]*?<\/h\d>/, "")
        .replaceAll(/<button[^]*?<\/button>/g, ""),
    ).replaceAll(/<[^>]*$/g, "").replaceAll(/\s+/g, " ").trim(),
  }));
}
