import { guideMenu } from "./guide_pages.ts";
import type { ToHtml } from "./markdown.ts";
import { menu } from "./menu.ts";
import { renderPage } from "./page.ts";
import type { Chapter, Source } from "./sources.ts";

/** The pages that the home page links to. */
export interface HomeSources {
  readonly chapters: readonly Chapter[];
  readonly sources: readonly Source[];
  readonly toHtml: ToHtml;
}

/** The first page of the site. */
export function homePage({ chapters, sources, toHtml }: HomeSources): string {
  const { html } = toHtml("# Spikeloop\n");
  return renderPage({
    title: "Spikeloop",
    body: html,
    menu: menu(guideMenu(chapters, sources), "index.html"),
    root: "",
    wide: true,
  });
}
