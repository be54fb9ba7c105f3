/** The style of reports, light and dark. */
export const reportStyle = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1f2933; --soft: #5a6672; --card: #f5f7fa;
  --line: #e4e7eb; --s0: #2563eb; --s1: #d9480f; }
@media (prefers-color-scheme: dark) { :root { --paper: #18181b; --ink: #e4e7eb; --soft: #9aa5b1;
  --card: #232327; --line: #323f4b; --s0: #74a9ff; --s1: #ff9f6b; } }
* { box-sizing: border-box; }
body { background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif;
  max-width: 1020px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin-bottom: 0; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .3rem; }
p, figcaption, .lead { max-width: 44rem; }
.lead, figcaption { color: var(--soft); }
.lead { margin-top: .3rem; }
.cards { display: flex; gap: 1rem; flex-wrap: wrap; margin: 1.5rem 0; }
.cards div { background: var(--card); border-radius: 10px; padding: .8rem 1.2rem; flex: 1 1 9rem; }
.cards b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
.pair { display: grid; gap: 1rem 1.5rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
figure { margin: .8rem 0; min-width: 0; }
figcaption { font-size: .95rem; }
svg { max-width: 100%; height: auto; }
canvas { width: 100%; max-width: 22rem; display: block; background: var(--card);
  border-radius: 10px; margin-bottom: .4rem; }
.controls { display: flex; gap: 1rem; align-items: center; max-width: 40rem; }
.controls input { flex: 1; min-width: 0; accent-color: var(--s0); }
button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--soft);
  border-radius: 8px; padding: .3rem 1rem; min-width: 5.5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
td, th { text-align: left; vertical-align: top; padding: .25rem 1rem .25rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: break-word; max-width: 60vw; }
th { color: var(--soft); font-weight: 600; }
.numbers td:not(:first-child), .numbers th:not(:first-child) { text-align: right;
  white-space: nowrap; }`;

/** Escapes text for HTML. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** A picture with a sentence that says what is seen. */
export const figure = (svg: string, caption: string): string =>
  `<figure>${svg}<figcaption>${caption}</figcaption></figure>`;

/** A large number with a label. */
export const card = (label: string, value: string): string => `<div><b>${value}</b>${label}</div>`;

/** A part of the page; none where it has no content. */
export function section(title: string, lead: string, content: readonly string[]): string {
  const shown = content.filter((part) => part !== "").join("\n");
  return shown === "" ? "" : `<section><h2>${title}</h2><p>${lead}</p>\n${shown}</section>`;
}

/** A table; its first row is the heading. */
export function table(rows: readonly (readonly string[])[], numbers = false): string {
  const [head, ...body] = rows.map((row) => row.map(escapeHtml));
  const cells = (row: readonly string[], tag: string) =>
    `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  return `<div class="scroll" tabindex="0"><table${numbers ? ' class="numbers"' : ""}>` +
    `${cells(head, "th")}${body.map((row) => cells(row, "td")).join("")}</table></div>`;
}

/** The numbers and words of nested options, as rows of dotted names and values. */
export function settingRows(value: unknown, path = ""): (readonly [name: string, value: string])[] {
  const isOpen = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isOpen) return [[path, Array.isArray(value) ? value.join(", ") : String(value)]];
  return Object.entries(value).filter(([, inner]) => inner !== undefined).flatMap(([name, inner]) =>
    settingRows(inner, path === "" ? name : `${path}.${name}`)
  );
}
