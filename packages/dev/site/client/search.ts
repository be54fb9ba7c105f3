/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// @deno-types="./minisearch.d.ts"
import MiniSearch, { type Hit } from "minisearch";
import { indexOptions, searchOptions } from "../search_options.ts";

/** The most hits that are listed. */
const most = 12;

/** The way from the page to the root of the site. */
const root = document.body.dataset.root ?? "";

/** A dialog that searches guides and reference. */
export class SearchDialog {
  readonly #dialog: HTMLDialogElement = document.createElement("dialog");
  readonly #input: HTMLInputElement = document.createElement("input");
  readonly #list: HTMLUListElement = document.createElement("ul");
  readonly #status: HTMLParagraphElement = document.createElement("p");
  #index: Promise<MiniSearch> | undefined;
  #chosen = 0;

  constructor() {
    const form = document.createElement("form");
    form.append(this.#input);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#links[this.#chosen]?.click();
    });
    Object.assign(this.#input, { type: "search", placeholder: "Search guides and reference" });
    set(this.#input, {
      role: "combobox",
      "aria-label": "Search guides and reference",
      "aria-expanded": "true",
      "aria-controls": "hits",
      "aria-autocomplete": "list",
      autocomplete: "off",
      spellcheck: "false",
    });
    set(this.#list, { id: "hits", role: "listbox", "aria-label": "Hits" });
    set(this.#status, { role: "status" });
    this.#dialog.className = "search";
    this.#dialog.setAttribute("aria-label", "Search");
    this.#dialog.append(form, this.#list, this.#status);
    this.#dialog.addEventListener("click", ({ target }) => {
      if (target === this.#dialog || target instanceof Element && target.closest("a")) {
        this.#dialog.close();
      }
    });
    this.#input.addEventListener("input", () => this.#search());
    this.#input.addEventListener("keydown", (event) => this.#move(event));
    document.body.append(this.#dialog);
  }

  /** Opens it; the index is loaded the first time. */
  open(): void {
    if (this.#dialog.open) return;
    this.#dialog.showModal();
    this.#input.select();
    this.#index ??= loadIndex();
    this.#search();
  }

  get #links(): HTMLAnchorElement[] {
    return [...this.#list.querySelectorAll("a")];
  }

  async #search(): Promise<void> {
    const query = this.#input.value.trim();
    if (query === "") return this.#show([], "Enter opens a hit, arrows choose one, Escape closes.");
    let index: MiniSearch | undefined;
    try {
      index = await this.#index;
    } catch (error) {
      this.#index = undefined;
      return this.#show([], `The index could not be loaded: ${error}`);
    }
    if (index === undefined || query !== this.#input.value.trim()) return;
    let hits = index.search(query, searchOptions);
    if (hits.length === 0) hits = index.search(query, { ...searchOptions, combineWith: "OR" });
    hits = ranked(hits, query).slice(0, most);
    this.#show(hits, hits.length === 0 ? `Nothing found for “${query}”` : "");
  }

  #show(hits: readonly Hit[], status: string): void {
    this.#chosen = 0;
    this.#dialog.dataset.query = this.#input.value.trim();
    this.#status.textContent = status;
    this.#list.replaceChildren(...hits.map(({ title, page, address, start }, i) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      set(item, { role: "option", id: `hit-${i}`, "aria-selected": String(i === 0) });
      link.href = root + address;
      link.tabIndex = -1;
      link.append(line("strong", title), line("small", page), line("span", start));
      item.append(link);
      return item;
    }));
    this.#mark();
  }

  #move(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      event.preventDefault(); // A first one would only empty the field.
      this.#dialog.close();
    }
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const count = this.#list.children.length;
    if (step === 0 || count === 0) return;
    event.preventDefault();
    this.#chosen = (this.#chosen + step + count) % count;
    this.#mark();
  }

  #mark(): void {
    for (const [i, item] of [...this.#list.children].entries()) {
      item.setAttribute("aria-selected", String(i === this.#chosen));
      if (i === this.#chosen) item.scrollIntoView({ block: "nearest" });
    }
    const hasHits = this.#list.children.length > 0;
    this.#input.setAttribute("aria-activedescendant", hasHits ? `hit-${this.#chosen}` : "");
  }
}

/** A title that is the query, or begins with it, comes before the others; so does a whole page. */
function ranked(hits: readonly Hit[], query: string): Hit[] {
  const words = query.toLowerCase();
  const weight = ({ title, address, score }: Hit) => {
    const name = title.toLowerCase();
    const isName = name === words || name.endsWith(`.${words}`);
    const start = isName ? 6 : name.startsWith(words) ? 2 : name.includes(words) ? 1.5 : 1;
    return score * start * (address.includes("#") ? 1 : 2.5);
  };
  return hits.toSorted((a, b) => weight(b) - weight(a));
}

async function loadIndex(): Promise<MiniSearch> {
  const answer = await fetch(`${root}search.json`);
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return MiniSearch.loadJSON(await answer.text(), indexOptions);
}

function line(name: string, text: string): HTMLElement {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

function set(element: Element, attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}
