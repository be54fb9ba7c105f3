import { escapeHtml } from "./html.ts";
import { relativeLink } from "./links.ts";

/** A link of the menu. */
export interface MenuItem {
  readonly title: string;
  /** From the root of the site. */
  readonly page: string;
}

/** A part of the menu. */
export interface MenuGroup {
  readonly title: string;
  readonly items: readonly MenuItem[];
}

/** The list of pages, seen from one of them. */
export function menu(groups: readonly MenuGroup[], page: string): string {
  return groups.map(({ title, items }) => {
    const lines = items.map((item) => {
      const current = item.page === page ? ' aria-current="page"' : "";
      const link = relativeLink(page, item.page);
      return `<li><a href="${link}"${current}>${escapeHtml(item.title)}</a></li>`;
    });
    return `<strong>${title}</strong>\n<ul>\n${lines.join("\n")}\n</ul>`;
  }).join("\n");
}

/** Links to the page before and the page after one, in the order of the menu. */
export function turnPages(groups: readonly MenuGroup[], page: string): string {
  const items = groups.flatMap((group) => group.items);
  const i = items.findIndex((item) => item.page === page);
  if (i < 0) return "";
  const link = (item: MenuItem | undefined, side: "Previous" | "Next") =>
    item === undefined
      ? ""
      : `<a class="${side.toLowerCase()}" href="${
        relativeLink(page, item.page)
      }"><small>${side}</small>${escapeHtml(item.title)}</a>\n`;
  return `<nav class="turn" aria-label="Previous and next page">\n${
    link(items[i - 1], "Previous")
  }${link(items[i + 1], "Next")}</nav>`;
}
