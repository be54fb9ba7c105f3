import { escapeHtml } from "./html.ts";
import { favicon, icons } from "./icons.ts";

/** A page of the site. */
export interface Page {
  readonly title: string;
  /** HTML of its main part. */
  readonly body: string;
  /** HTML of the list of pages beside it. */
  readonly menu: string;
  /** The way to the site's root: `""`, `"../"`, ... */
  readonly root: string;
  /** The part of the site that the header marks as the one where the reader is. */
  readonly place?: Place;
  /** HTML of the list of headings beside it. */
  readonly contents?: string;
  /** Modules that it loads: addresses as seen from the page. */
  readonly scripts?: readonly string[];
  /** Whether it takes the whole width: its menu opens from a button, contents are left out. */
  readonly wide?: boolean;
  /** A sentence about it, for search engines. */
  readonly description?: string;
  /** Its Markdown twin: an address as seen from the page. */
  readonly twin?: string;
}

/** A part of the site. */
export type Place = "guides" | "reference" | "live";

/** Applies the theme that the reader chose before anything is painted. */
const applyTheme = `try { const theme = localStorage.getItem("spikeloop-theme"); ` +
  `if (theme) document.documentElement.dataset.theme = theme; } catch { /* No storage. */ }`;

/** The contents are open beside the page and folded above it. */
const foldContents = `if (!matchMedia("(min-width: 76.01rem)").matches) ` +
  `document.currentScript.previousElementSibling.open = false;`;

/** Returns the HTML of a page: header, menu, contents and main part. */
export function renderPage(page: Page): string {
  const { title, body, menu, root, contents, scripts = [], wide = false } = page;
  const name = title === "Spikeloop" ? title : `${title} - Spikeloop`;
  const modules = [`${root}site.js`, ...scripts]
    .map((address) => `<script type="module" src="${address}"></script>`);
  const beside = wide || !contents ? "" : `<details class="contents" open>
<summary>On this page</summary>
<nav aria-label="On this page">
${contents}
</nav>
</details><script>${foldContents}</script>`;
  return `<!doctype html>
<html lang="en"${wide ? ` class="wide-page"` : ""}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(name)}</title>
${optional(page.description, (text) => `<meta name="description" content="${escapeHtml(text)}">`)}
<script>${applyTheme}</script>
<link rel="stylesheet" href="${root}style.css">
<link rel="icon" type="image/svg+xml" href="${root}favicon.svg">
${optional(page.twin, (twin) => `<link rel="alternate" type="text/markdown" href="${twin}">`)}
${modules.join("\n")}
</head>
<body data-root="${root}">
<a class="skip" href="#main">Skip to the text</a>
${header(page)}
<div class="frame${wide ? " wide" : ""}">
<nav class="menu" id="menu" aria-label="All pages">
<ul class="whole">
${places(page, (link) => `<li>${link}</li>`)}
</ul>
${menu}
</nav>
${beside}
<main id="main" tabindex="-1">
${body}
</main>
</div>
</body>
</html>
`;
}

/** The way from a page to the root of the site. */
export function rootFrom(page: string): string {
  return "../".repeat(page.split("/").length - 1);
}

/** The end of a page that has a Markdown twin, at an address as seen from the page. */
export function footOf(twin: string): string {
  return `\n<p class="foot">This page as <a href="${twin}">Markdown</a></p>`;
}

function optional(text: string | undefined, line: (text: string) => string): string {
  return text === undefined ? "" : line(text);
}

/** Links to the parts of the site, each in the element that `wrap` makes. */
function places({ root, place }: Page, wrap: (link: string) => string): string {
  const link = (target: string, name: string, where: Place) =>
    `<a href="${root}${target}"${place === where ? ' aria-current="true"' : ""}>${name}</a>`;
  return [
    link("live/index.html", "Live", "live"),
    link("docs/getting_started.html", "Guides", "guides"),
    link("api/index.html", "Reference", "reference"),
  ].map(wrap).join("\n");
}

function header(page: Page): string {
  const { root } = page;
  return `<header class="bar">
<button class="button icon open-menu" type="button" aria-expanded="false" aria-controls="menu" aria-label="Menu">${icons.menu}</button>
<a class="brand" href="${root}index.html">${favicon("currentColor", 24)}Spikeloop</a>
<nav class="places" aria-label="Parts of the site">
${places(page, (link) => link)}
</nav>
<div class="tools">
<button class="button find" type="button" aria-label="Search" aria-keyshortcuts="/ Control+K">${icons.search}<span class="label">Search</span><kbd>/</kbd></button>
<button class="button icon theme" type="button" aria-label="Theme">${icons.system}${icons.light}${icons.dark}</button>
</div>
</header>`;
}
