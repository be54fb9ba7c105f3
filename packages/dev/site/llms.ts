import type { Source } from "./sources.ts";

/** A list of links of llms.txt. */
export interface LinkList {
  readonly title: string;
  readonly links: readonly {
    readonly title: string;
    readonly address: string;
    readonly note?: string;
  }[];
}

/** The index of the site for coding assistants: https://llmstxt.org */
export function llmsIndex(introduction: string, lists: readonly LinkList[]): string {
  const parts = lists.map(({ title, links }) => {
    const lines = links.map((link) =>
      `- [${link.title}](${link.address})${link.note ? `: ${link.note}` : ""}`
    );
    return `## ${title}\n\n${lines.join("\n")}\n`;
  });
  return `# Spikeloop\n\n> ${introduction}\n\n${parts.join("\n")}`;
}

/** Texts one after another, each below its path. */
export function llmsFull(sources: readonly Source[]): string {
  return sources.map(({ path, text }) => `<!-- ${path} -->\n\n${text.trim()}\n`).join("\n");
}

/** The first paragraph of a Markdown text that is no picture, as one line. */
export function firstParagraph(text: string): string {
  const [paragraph = ""] = text.replaceAll(/^(#|!\[).*$/gm, "").trim().split("\n\n");
  return paragraph.replaceAll(/\s+/g, " ").replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
}
