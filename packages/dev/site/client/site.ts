/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { foldContents, followReading } from "./contents.ts";
import { copyCode } from "./copy_code.ts";
import { switchTheme } from "./theme.ts";

/** The element of every page that matches a selector. */
function part(selector: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(selector);
  if (element === null) throw new Error(`This page has no ${selector}`);
  return element;
}

/** Makes a button open and close the list of pages; Escape closes it. */
function foldMenu(button: HTMLElement, menu: HTMLElement): void {
  const set = (isOpen: boolean) => {
    menu.classList.toggle("open", isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
  };
  button.addEventListener("click", () => set(!menu.classList.contains("open")));
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !menu.classList.contains("open")) return;
    set(false);
    button.focus();
  });
}

switchTheme(part(".theme"));
foldMenu(part(".open-menu"), part(".menu"));
copyCode(document.querySelectorAll(".copy"));

const contents = document.querySelector<HTMLDetailsElement>(".contents");
if (contents !== null) {
  foldContents(contents);
  followReading(contents);
}

// The keyboard reaches what scrolls in itself.
for (const element of document.querySelectorAll<HTMLElement>("pre, .scroll")) {
  if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
}

/** The search is loaded when it is asked for. */
const openSearch = (() => {
  let dialog: Promise<{ open(): void }> | undefined;
  return async () => {
    dialog ??= import("./search.ts").then(({ SearchDialog }) => new SearchDialog());
    (await dialog).open();
  };
})();
part(".find").addEventListener("click", openSearch);
document.addEventListener("keydown", (event) => {
  const { target } = event;
  const isTyping = target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  const isAsked = event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey ||
    event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  if (!isAsked) return;
  event.preventDefault();
  openSearch();
});

const blocks = document.querySelectorAll<HTMLElement>(".playground");
if (blocks.length > 0) {
  import("./playground/block.ts").then(({ LiveBlock }) => {
    for (const block of blocks) new LiveBlock(block);
  });
}
