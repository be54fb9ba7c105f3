import { type ProgressBar, progressBar } from "@spikeloop/data";

/** A rate is measured over so many ms at least. */
const rateWindow = 1000;

/** Where lines stay, there is one after so many ms: so a reader that has gone is noticed. */
const lineEvery = 5000;

/** Shows the progress of a training: a bar, the time left, the return and steps per second. */
export class TrainingProgress {
  readonly #bar: ProgressBar;
  readonly #now: () => number;
  #lastStep: number;
  #lastTime: number | undefined;
  #rate: number | undefined;
  #return: number | undefined;

  /**
   * Makes a bar for so many steps.
   *
   * @param from The steps that an interrupted run has done.
   * @param isTerminal Whether the line is drawn again; elsewhere there is one for every tenth.
   */
  constructor(
    steps: number,
    isTerminal: boolean,
    write: (text: string) => void,
    from = 0,
    now: () => number = () => performance.now(),
  ) {
    this.#bar = progressBar({ total: steps, from, isTerminal, lineEvery, write });
    this.#now = now;
    this.#lastStep = from;
  }

  /** Shows the progress after a step, and a return if there is a new one. */
  update(step: number, value: number | undefined, label = ""): void {
    this.#return = value ?? this.#return;
    const time = this.#now();
    // The time before the first step would distort the rate.
    if (this.#lastTime === undefined) [this.#lastTime, this.#lastStep] = [time, step];
    if (time - this.#lastTime >= rateWindow) {
      const rate = (step - this.#lastStep) / (time - this.#lastTime) * 1000;
      this.#rate = this.#rate === undefined ? rate : 0.6 * this.#rate + 0.4 * rate;
      [this.#lastTime, this.#lastStep] = [time, step];
    }
    const texts = [
      this.#return === undefined ? "" : `return ${this.#return.toFixed(0)}`,
      this.#rate === undefined ? "" : `${this.#rate.toFixed(0)} steps/s`,
      label,
    ];
    this.#bar.update(step, texts.filter((text) => text !== "").join(", "));
  }

  /** Ends the line. */
  end(): void {
    this.#bar.end();
  }
}
