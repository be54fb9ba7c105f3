/** A page of the site. */
export interface Page {
  readonly title: string;
  /** HTML of its main part. */
  readonly body: string;
  /** HTML of the list of pages beside it. */
  readonly menu: string;
  /** The way to the site's root: `""`, `"../"`, ... */
  readonly root: string;
}

const style = `
:root { color-scheme: light dark; --line: light-dark(#ddd, #444); --soft: light-dark(#f5f5f3, #26262a); }
body { margin: 0; font: 16px/1.6 system-ui, sans-serif; color: light-dark(#1c1c1e, #e6e6e6);
  background: light-dark(#fff, #18181b); display: grid; grid-template-columns: 15rem minmax(0, 48rem); gap: 3rem; }
nav { padding: 2rem 0 2rem 2rem; font-size: 15px; }
nav ul { list-style: none; padding: 0; margin: .3rem 0 1.2rem; }
nav strong { color: light-dark(#666, #999); font-weight: 600; }
main { padding: 1rem 1.5rem 4rem 0; }
a { color: light-dark(#0b5cad, #7db8f0); text-decoration: none; }
a:hover, a[aria-current] { text-decoration: underline; }
a.anchor { color: inherit; }
pre { background: var(--soft); padding: .8rem 1rem; overflow-x: auto; border-radius: 6px; font-size: 14px; }
code { font-family: ui-monospace, Consolas, monospace; font-size: .92em; }
:not(pre) > code { background: var(--soft); padding: .1em .3em; border-radius: 4px; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .8rem .35rem 0; text-align: left; vertical-align: top; }
img { max-width: 100%; }
.token.comment { color: light-dark(#6a6a70, #9a9aa2); }
.token.keyword { color: light-dark(#8a2c8f, #d59bdb); }
.token.string, .token.regex { color: light-dark(#2a6b2f, #9bcf9f); }
.token.number, .token.boolean { color: light-dark(#a34a00, #e2a878); }
.token.function { color: light-dark(#0b5cad, #7db8f0); }
@media (max-width: 60rem) { body { display: block; } nav { padding: 1rem 1.5rem 0; } main { padding: 0 1.5rem 3rem; } }
`;

/** Returns the HTML of a page. Its one script colours the code. */
export function renderPage({ title, body, menu, root }: Page): string {
  const name = title === "Spikeloop" ? title : `${title} - Spikeloop`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(name)}</title>
<link rel="stylesheet" href="${root}style.css">
<script src="${root}api/prism.js" defer></script>
</head>
<body>
<nav>
${menu}
</nav>
<main>
${body}
</main>
</body>
</html>
`;
}

/** The style sheet of all pages. */
export const styleSheet: string = style.trimStart();

/** Text as it is written in HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
