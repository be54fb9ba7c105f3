/// <reference lib="dom" />
import { Editor } from "./editor.ts";
import type { Message, Program } from "./messages.ts";
import { asFunction } from "./prepare.ts";

/** How long a program may run, in seconds, where its block says nothing else. */
const defaultLimit = 60;

/** A block of code that is edited and run in the page. */
export class LiveBlock {
  readonly #source: string;
  readonly #editor: Editor;
  readonly #run: HTMLButtonElement = button("Run", "main");
  readonly #stop: HTMLButtonElement = button("Stop");
  readonly #reset: HTMLButtonElement = button("Reset");
  readonly #copy: HTMLButtonElement = button("Copy");
  readonly #status: HTMLSpanElement = document.createElement("span");
  readonly #output: HTMLDivElement = document.createElement("div");
  readonly #block: HTMLElement;
  readonly #root: URL = new URL(document.body.dataset.root || "./", location.href);
  /** A worker that waits for a program, so that Run need not wait for it. */
  #spare: Worker | undefined;
  #end: ((status: string) => void) | undefined;

  constructor(block: HTMLElement) {
    this.#source = block.textContent?.trimEnd() ?? "";
    this.#block = block;
    this.#editor = new Editor(this.#source, "Code that runs in this page", () => this.#changed());
    this.#stop.hidden = true;
    this.#reset.hidden = true;
    this.#status.setAttribute("role", "status");
    const hasKeyboard = matchMedia("(any-pointer: fine)").matches;
    this.#status.textContent = hasKeyboard
      ? "Edit it; Ctrl+Enter runs it."
      : "Edit it, and run it.";
    Object.assign(this.#output, { className: "output", hidden: true });
    this.#output.setAttribute("role", "log");
    this.#output.setAttribute("aria-label", "Output");
    const controls = document.createElement("div");
    controls.className = "controls";
    controls.append(this.#run, this.#stop, this.#reset, this.#status, this.#copy);
    block.replaceChildren(this.#editor.element, controls, this.#output);
    this.#run.addEventListener("click", () => this.run());
    this.#stop.addEventListener("click", () => this.#end?.("Stopped."));
    this.#reset.addEventListener("click", () => this.#restore());
    this.#copy.addEventListener("click", () => this.#copyCode());
    block.addEventListener("focusin", () => this.#spare ??= this.#startWorker());
    block.addEventListener("pointerenter", () => this.#spare ??= this.#startWorker(), {
      once: true,
    });
    block.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.run();
    });
  }

  /** Runs the code as it is now; what runs already is stopped. */
  run(): void {
    this.#end?.("");
    this.#output.replaceChildren();
    this.#output.hidden = false;
    this.#editor.mark(undefined);
    const worker = this.#spare ?? this.#startWorker();
    this.#spare = undefined;
    const limit = Number(this.#block.dataset.seconds ?? defaultLimit);
    const start = performance.now();
    const seconds = () => ((performance.now() - start) / 1000).toFixed(1);
    const clock = setInterval(() => {
      this.#status.textContent = `Running for ${seconds()} s, at most ${limit} s`;
    }, 100);
    const timer = setTimeout(
      () => this.#end?.(`Stopped: it ran for ${limit} s, the time that a block has.`),
      limit * 1000,
    );
    this.#setRunning(true);
    this.#status.textContent = "Running";
    this.#end = (status) => {
      clearInterval(clock);
      clearTimeout(timer);
      worker.terminate();
      this.#end = undefined;
      this.#setRunning(false);
      this.#status.textContent = status;
    };
    let failed = false;
    worker.onerror = (event) => {
      this.#print("error", event.message || "The worker could not be started.");
      this.#end?.("Failed.");
    };
    worker.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind === "done") {
        this.#end?.(failed ? `Failed after ${seconds()} s.` : `Done in ${seconds()} s.`);
      } else if (data.kind === "error") {
        failed = true;
        this.#fail(data);
      } else {
        this.#print(data.kind, data.text);
      }
    };
    const program: Program = {
      code: this.#editor.text,
      library: new URL("lib", this.#root).href,
    };
    worker.postMessage(program);
  }

  #startWorker(): Worker {
    return new Worker(new URL("worker.js", this.#root), { type: "module" });
  }

  #setRunning(isRunning: boolean): void {
    const hadFocus = document.activeElement === (isRunning ? this.#run : this.#stop);
    this.#run.hidden = isRunning;
    this.#stop.hidden = !isRunning;
    // A reader of the screen is told the end, not every tenth of a second.
    this.#status.setAttribute("aria-busy", String(isRunning));
    if (hadFocus) (isRunning ? this.#stop : this.#run).focus();
  }

  #changed(): void {
    this.#reset.hidden = this.#editor.text === this.#source;
  }

  #restore(): void {
    this.#end?.("");
    this.#editor.text = this.#source;
    this.#output.replaceChildren();
    this.#output.hidden = true;
    this.#status.textContent = "";
    this.#reset.hidden = true;
    this.#run.focus();
  }

  async #copyCode(): Promise<void> {
    const code = this.#editor.text;
    const isCopied = await navigator.clipboard.writeText(code).then(() => true, () => false);
    this.#status.textContent = isCopied ? "Copied." : "The browser forbids to copy.";
  }

  #fail({ text, line }: { readonly text: string; readonly line?: number }): void {
    const place = line ??
      (text.startsWith("SyntaxError") ? faultyLine(this.#editor.text) : undefined);
    this.#editor.mark(place);
    this.#print("error", place === undefined ? text : `line ${place}: ${text}`);
  }

  #print(kind: "text" | "warning" | "picture" | "error", text: string): void {
    if (kind === "picture") {
      const image = new Image();
      image.alt = /<title[^>]*>([^<]*)/.exec(text)?.[1] ?? "A plot";
      image.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
      this.#output.append(image);
      return;
    }
    const line = document.createElement("div");
    line.className = kind;
    line.textContent = text;
    this.#output.append(line);
    this.#output.scrollTop = this.#output.scrollHeight;
  }
}

function button(label: string, kind = ""): HTMLButtonElement {
  const element = document.createElement("button");
  Object.assign(element, { type: "button", textContent: label, className: `button ${kind}` });
  return element;
}

/** Returns the line of the first fault of syntax in a program, which is parsed and not run. */
function faultyLine(code: string): number | undefined {
  let line: number | undefined;
  const note = (event: ErrorEvent) => {
    event.preventDefault();
    line = event.lineno;
  };
  addEventListener("error", note);
  const script = document.createElement("script");
  script.textContent = asFunction(code);
  document.head.append(script);
  script.remove();
  removeEventListener("error", note);
  return line;
}
