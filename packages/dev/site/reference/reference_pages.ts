import { escapeHtml } from "../html.ts";
import { pageOf, relativeLink } from "../links.ts";
import { firstParagraph } from "../llms.ts";
import { contentsOf, type ToHtml } from "../markdown.ts";
import { menu, type MenuGroup, turnPages } from "../menu.ts";
import { footOf, renderPage, rootFrom } from "../page.ts";
import type { SiteFile } from "../sources.ts";
import { nameLinks } from "./name_links.ts";
import type { ApiModule } from "./read_reference.ts";
import { referenceMarkdown } from "./reference_markdown.ts";
import { referencePage } from "./reference_page.ts";

/** The entry points and how they are shown. */
export interface ReferenceSources {
  readonly modules: readonly ApiModule[];
  readonly toHtml: ToHtml;
  readonly sourceOf: (path: string) => string | undefined;
  /** Whether a Markdown file is a page. */
  readonly isPage: (path: string) => boolean;
}

const overview = "api/index.html";

/** The pages of the reference with their Markdown twins: an overview, and one per entry point. */
export function referencePages(
  { modules, toHtml, sourceOf, isPage }: ReferenceSources,
): SiteFile[] {
  const groups: MenuGroup[] = [{
    title: "Reference",
    items: [
      { title: "All packages", page: overview },
      ...modules.map(({ specifier, page }) => ({
        title: specifier.replace("@spikeloop/", ""),
        page,
      })),
    ],
  }];
  const explained = nameLinks(modules);
  const frame = (page: string) => ({
    menu: menu(groups, page),
    root: rootFrom(page),
    place: "reference" as const,
  });
  const pages = modules.flatMap((module): SiteFile[] => {
    const { page, specifier, doc } = module;
    const linkTo = (address: string) => relativeLink(page, address);
    const readme = `packages/${module.folder}/README.md`;
    const rendered = referencePage(module, {
      readme: isPage(readme) ? linkTo(pageOf(readme)) : undefined,
      toHtml,
      linkTo,
      nameLink: (name) => {
        const address = explained(name, module);
        return address === undefined ? undefined : linkTo(address);
      },
      sourceOf: ({ file, line }) => {
        const source = sourceOf(file);
        return source === undefined ? undefined : `${source}#L${line}`;
      },
    });
    const twinPath = page.replace(/html$/, "md");
    const twin = linkTo(twinPath);
    const html = renderPage({
      ...frame(page),
      title: specifier,
      body: rendered.html + turnPages(groups, page) + footOf(twin),
      contents: contentsOf(rendered.headings),
      description: firstParagraph(doc).slice(0, 200),
      twin,
    });
    return [[page, html], [twinPath, referenceMarkdown(module)]];
  });
  const text = overviewMarkdown(modules);
  const { html } = toHtml(text, { linkOf: (href) => href.replace(/\.md$/, ".html") });
  const index = renderPage({
    ...frame(overview),
    title: "Reference",
    body: html + turnPages(groups, overview) + footOf("README.md"),
    twin: "README.md",
  });
  return [[overview, index], ["api/README.md", text], ...pages];
}

/** The page before the reference: a sentence for each entry point. */
function overviewMarkdown(modules: readonly ApiModule[]): string {
  const lines = modules.map(({ specifier, page, doc }) =>
    `| [\`${specifier}\`](${relativeLink("api/index.html", page).replace(/html$/, "md")}) | ${
      escapeHtml(firstParagraph(doc)).replaceAll("|", "\\|")
    } |`
  );
  return `# Reference

Everything is in \`@spikeloop/spikeloop\` too. The npm package \`spikeloop\` has the same entry
points: \`spikeloop/neuron\` is \`@spikeloop/neuron\`.

| package | what it holds |
| --- | --- |
${lines.join("\n")}
`;
}
