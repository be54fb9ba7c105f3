import { highlight } from "../highlight.ts";
import { escapeHtml } from "../html.ts";
import { type Heading, headingOf, type Rendered, type ToHtml } from "../markdown.ts";
import type { Comment, Declaration, Tag } from "./doc_nodes.ts";
import { type ApiModule, type ApiSymbol, groups } from "./read_reference.ts";
import { memberSignature, membersOf, signature, type as typeText } from "./signatures.ts";

/** The surroundings of the page of an entry point. */
export interface ReferenceContext {
  /** The page that introduces the package; undefined without one. */
  readonly readme: string | undefined;
  readonly toHtml: ToHtml;
  /** Returns where a name is explained, as seen from the page. */
  readonly nameLink: (name: string) => string | undefined;
  /** Returns the address of a line of the source; undefined without one. */
  readonly sourceOf: (symbol: ApiSymbol) => string | undefined;
  /** Returns where a page of the site is, as seen from the page. */
  readonly linkTo: (address: string) => string;
}

/** The page of an entry point. */
export function referencePage(module: ApiModule, context: ReferenceContext): Rendered {
  const headings: Heading[] = [{ level: 1, id: "top", html: escapeHtml(module.specifier) }];
  const parts = [
    `<h1 id="top"><code>${escapeHtml(module.specifier).replaceAll("/", "/<wbr>")}</code></h1>\n`,
    text(module.doc, context),
    context.readme === undefined ? "" : `<p><a href="${context.readme}">An introduction</a></p>\n`,
  ];
  for (const group of groups) {
    const symbols = module.symbols.filter((symbol) => symbol.group === group).sort(byName);
    if (symbols.length === 0) continue;
    const id = group.toLowerCase();
    headings.push({ level: 2, id: `-${id}`, html: group });
    parts.push(headingOf(2, `-${id}`, group));
    for (const symbol of symbols) {
      headings.push({ level: 3, id: symbol.name, html: `<code>${symbol.name}</code>` });
      parts.push(symbolHtml(symbol, context));
    }
  }
  if (module.others.length > 0) {
    headings.push({ level: 2, id: "-others", html: "Also exported" });
    parts.push(headingOf(2, "-others", "Also exported"), othersHtml(module.others, context));
  }
  return { html: parts.join(""), headings };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name.localeCompare(b.name, "en");
}

function symbolHtml(symbol: ApiSymbol, context: ReferenceContext): string {
  const { name, declarations } = symbol;
  const source = context.sourceOf(symbol);
  const link = source === undefined ? "" : `<a class="source" href="${source}">source</a>`;
  const documented = declarations.find(({ jsDoc }) => jsDoc !== undefined) ?? declarations[0];
  const signatures = declarations.map((declaration) => signature(name, declaration)).join("\n");
  const others = declarations
    .filter((declaration) => declaration !== documented && declaration.jsDoc !== undefined);
  return `<section class="symbol">
${headingOf(3, name, `<code>${name}</code>`)}${link}
${codeHtml(signatures, context, plainNames(symbol))}
${commentHtml(documented.jsDoc, context)}
${others.map(({ jsDoc }) => commentHtml(jsDoc, context)).join("")}
${declarations.map((declaration) => membersHtml(name, declaration, context)).join("")}
</section>
`;
}

/** Names that are no links: the symbol itself and its type parameters. */
function plainNames(symbol: ApiSymbol): Set<string> {
  const { declarations } = symbol;
  const own = declarations.flatMap(({ def }) => def.typeParams ?? []);
  return new Set([symbol.name, ...own.map(({ name }) => name)]);
}

/** A signature, in which names of types are links. */
function codeHtml(
  code: string,
  context: ReferenceContext,
  hidden: ReadonlySet<string>,
  element = "pre",
): string {
  const html = highlight(code, "ts").replaceAll(
    /<span class="type">(\w+)<\/span>/g,
    (span, name) => {
      const link = hidden.has(name) ? undefined : context.nameLink(name);
      return link === undefined ? span : `<a class="type" href="${link}">${name}</a>`;
    },
  );
  return element === "pre"
    ? `<pre class="signature"><code>${html}</code></pre>`
    : `<code>${html}</code>`;
}

function text(markdown: string, { toHtml, nameLink }: ReferenceContext): string {
  const linked = markdown.replaceAll(/\{@link(?:code|plain)? ([^\s}|]+)[^}]*\}/g, "`$1`");
  return toHtml(linked, { nameLink }).html.replaceAll(/<(\/?)h[1-6]\b[^>]*>/g, "<$1p>");
}

function commentHtml({ doc = "", tags = [] }: Comment = {}, context: ReferenceContext): string {
  const of = (...kinds: string[]) => tags.filter(({ kind }) => kinds.includes(kind));
  const list = (title: string, found: readonly Tag[], label: (tag: Tag) => string) =>
    found.length === 0
      ? ""
      : `<p class="part">${title}</p>\n<dl>\n${
        found.map((tag) => `<dt>${label(tag)}</dt><dd>${text(tag.doc ?? "", context)}</dd>`)
          .join("\n")
      }\n</dl>\n`;
  const code = (words: string) => `<code>${escapeHtml(words)}</code>`;
  const returns = of("return", "returns").map((tag) => tag.doc ?? "").join(" ");
  return [
    text(doc, context),
    list("Parameters", of("param"), ({ name = "" }) => code(name)),
    list("Type parameters", of("template", "typeparam"), ({ name = "" }) => code(name)),
    returns === "" ? "" : `<p class="part">Returns</p>\n${text(returns, context)}`,
    list("Throws", of("throws"), ({ tsType }) => code(tsType ? typeText(tsType) : "Error")),
    ...of("example").map((tag) => `<p class="part">Example</p>\n${text(tag.doc ?? "", context)}`),
  ].join("");
}

function membersHtml(name: string, declaration: Declaration, context: ReferenceContext): string {
  const members = membersOf(declaration);
  if (members.length === 0) return "";
  const ids = new Set<string>();
  const items = members.map((member) => {
    const id = `${name}.${member.kind === "constructor" ? "constructor" : member.name ?? ""}`;
    const isFirst = member.name !== undefined && !/[^\w.]/.test(id) && !ids.has(id);
    ids.add(id);
    const hidden = new Set((declaration.def.typeParams ?? []).map((parameter) => parameter.name));
    const shown = codeHtml(memberSignature(member), context, hidden, "code");
    return `<dt${isFirst ? ` id="${id}"` : ""}>${shown}</dt><dd>${
      commentHtml(member.jsDoc, context)
    }</dd>`;
  });
  return `<p class="part">Members</p>\n<dl class="members">\n${items.join("\n")}\n</dl>\n`;
}

/** The names that other pages explain, by page. */
function othersHtml(others: readonly ApiSymbol[], { linkTo }: ReferenceContext): string {
  const pages = Map.groupBy(others, ({ address }) => address.split("#")[0]);
  return [...pages].map(([page, symbols]) => {
    const names = symbols.toSorted(byName).map(({ name, address }) =>
      `<a href="${linkTo(address)}"><code>${name}</code></a>`
    );
    const title = page.replace(/^api\/|\.html$/g, "");
    return `<p><a href="${linkTo(page)}"><strong>${title}</strong></a>: ${names.join(", ")}</p>\n`;
  }).join("");
}
