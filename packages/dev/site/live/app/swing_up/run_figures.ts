/// <reference lib="dom" />
import { find } from "../shared/dom.ts";
import type { Progress } from "./learner_messages.ts";

/** The episodes whose mean return is shown. */
const window = 5;

/** The numbers of a run, as the reader sees them. */
export class RunFigures {
  readonly #panel: HTMLElement;
  #returns: number[] = [];
  #isChanged = false;

  constructor(panel: HTMLElement) {
    this.#panel = panel;
  }

  #write(name: string, text: string): void {
    find(this.#panel, `[data-figure="${name}"]`, HTMLElement).textContent = text;
  }

  /** Forgets the last run. */
  clear(): void {
    this.#returns = [];
    this.#isChanged = false;
    for (const name of ["step", "rate", "return", "upright", "fingerprint"]) this.#write(name, "–");
  }

  /** From now on the run is not the one that its seed says. */
  noteChange(): void {
    this.#isChanged = true;
  }

  /** Shows the state of a run. */
  show({ step, rate, episodes, upright, fingerprints }: Progress): void {
    this.#returns = [...this.#returns, ...episodes.map(([, total]) => total)].slice(-window);
    this.#write("step", step.toLocaleString("en"));
    this.#write("rate", Math.round(rate).toLocaleString("en"));
    const { length } = this.#returns;
    if (length > 0) {
      const mean = this.#returns.reduce((a, b) => a + b, 0) / length;
      this.#write("return", Math.round(mean).toLocaleString("en").replace("-", "−"));
    }
    if (upright !== undefined) this.#write("upright", `${upright.seconds.toFixed(1)} s`);
    const last = fingerprints.at(-1);
    if (last === undefined) return;
    const note = this.#isChanged ? ", with your changes" : "";
    this.#write("fingerprint", `${last.hash} at ${last.step.toLocaleString("en")}${note}`);
  }
}
