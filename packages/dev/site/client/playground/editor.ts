/// <reference lib="dom" />
import { highlight } from "../../highlight.ts";

/** A field for code: a plain text area over its coloured text. */
export class Editor {
  /** To be placed in the page. */
  readonly element: HTMLDivElement = document.createElement("div");
  readonly #area: HTMLTextAreaElement = document.createElement("textarea");
  readonly #code: HTMLElement = document.createElement("code");
  readonly #fault: HTMLDivElement = document.createElement("div");

  constructor(text: string, label: string, onChange: () => void) {
    this.element.className = "editor";
    this.#fault.className = "fault";
    this.#fault.hidden = true;
    this.#area.setAttribute("aria-label", label);
    Object.assign(this.#area, { spellcheck: false, autocapitalize: "off", autocomplete: "off" });
    const pre = document.createElement("pre");
    pre.setAttribute("aria-hidden", "true");
    pre.append(this.#code);
    this.element.append(this.#fault, pre, this.#area);
    this.#area.addEventListener("input", () => {
      this.#colour();
      onChange();
    });
    this.text = text;
  }

  /** The code. */
  get text(): string {
    return this.#area.value;
  }

  set text(text: string) {
    this.#area.value = text;
    this.#colour();
  }

  /** Marks a line, the first is 1; undefined marks none. */
  mark(line: number | undefined): void {
    this.#fault.hidden = line === undefined;
    this.#fault.style.setProperty("--line-number", String((line ?? 1) - 1));
  }

  #colour(): void {
    this.#code.innerHTML = `${highlight(this.#area.value, "js")}\n`;
    this.#area.rows = this.#area.value.split("\n").length;
    this.mark(undefined);
  }
}
