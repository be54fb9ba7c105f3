import { pageOf, relativeLink, siteLink } from "./links.ts";
import { firstParagraph } from "./llms.ts";
import { contentsOf, sectionsOf, type ToHtml } from "./markdown.ts";
import { menu, type MenuGroup, turnPages } from "./menu.ts";
import { footOf, renderPage, rootFrom } from "./page.ts";
import type { ApiModule } from "./reference/read_reference.ts";
import { nameLinks } from "./reference/name_links.ts";
import type { IndexedPage } from "./search_index.ts";
import type { Chapter, SiteFile, Source } from "./sources.ts";

/** The texts of the guides and what they link to. */
export interface GuideSources {
  readonly chapters: readonly Chapter[];
  readonly sources: readonly Source[];
  readonly modules: readonly ApiModule[];
  readonly toHtml: ToHtml;
  /** Folders that are on the site as they are. */
  readonly copied: readonly string[];
  readonly sourceOf: (path: string) => string | undefined;
}

/** The pages of the guides with their Markdown twins, and their sections for the search. */
export function guidePages(
  { chapters, sources, modules, toHtml, copied, sourceOf }: GuideSources,
): { readonly files: readonly SiteFile[]; readonly indexed: readonly IndexedPage[] } {
  const texts = new Set(sources.map(({ path }) => path));
  const targets = {
    isPage: (path: string) => texts.has(path),
    isCopied: (path: string) => copied.some((folder) => path.startsWith(`${folder}/`)),
    sourceOf,
  };
  const groups = guideMenu(chapters, sources);
  const explained = nameLinks(modules);
  const indexed: IndexedPage[] = [];
  const files = sources.flatMap(({ path, text, title }): SiteFile[] => {
    const page = pageOf(path);
    const rendered = toHtml(text, {
      linkOf: (href) => siteLink(href, path, targets),
      nameLink: (name) => {
        const address = explained(name);
        return address === undefined ? undefined : relativeLink(page, address);
      },
    });
    // Of what makers of the library wrote for each other, titles are enough.
    const isForUsers = !/^(bench|docs\/adr|CHANGELOG)/.test(path);
    const sections = sectionsOf(rendered).map((section) =>
      isForUsers ? section : { ...section, text: "" }
    );
    indexed.push({ title, page, sections: isForUsers ? sections : sections.slice(0, 1) });
    const twin = relativeLink(page, path);
    const html = renderPage({
      title,
      body: rendered.html + turnPages(groups, page) + footOf(twin),
      menu: menu(groups, page),
      root: rootFrom(page),
      place: "guides",
      contents: contentsOf(rendered.headings),
      description: firstParagraph(text).slice(0, 200),
      twin,
    });
    return [[page, html], [path, text]];
  });
  return { files, indexed };
}

/** The menu of the guides. */
export function guideMenu(
  chapters: readonly Chapter[],
  sources: readonly Source[],
): MenuGroup[] {
  const titles = new Map(sources.map(({ path, title }) => [path, title]));
  return chapters.map(({ title, paths }) => ({
    title,
    items: paths.map((path) => ({ title: titles.get(path) ?? path, page: pageOf(path) })),
  }));
}
