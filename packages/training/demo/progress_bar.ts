/** The figures of the progress line. */
export interface ProgressFigures {
  /** The steps so far. */
  readonly step: number;
  /** All steps. */
  readonly steps: number;
  /** The return of the last episode. */
  readonly episodeReturn: number | undefined;
  /** Recent steps per second. */
  readonly rate: number;
}

/** A duration as minutes and seconds. */
function formatTime(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Formats one line: a bar, the percentage, the episode return, the speed and the time left. */
export function progressLine({ step, steps, episodeReturn, rate }: ProgressFigures): string {
  const width = 24;
  const full = Math.round(width * step / steps);
  const bar = "█".repeat(full) + "░".repeat(width - full);
  const percentage = String(Math.floor(100 * step / steps)).padStart(3);
  const lastReturn = episodeReturn === undefined ? "     –" : episodeReturn.toFixed(0).padStart(6);
  const left = rate > 0 ? formatTime((steps - step) / rate) : "–:––";
  return `${bar} ${percentage} %   episode return ${lastReturn}   ` +
    `${rate.toFixed(0).padStart(5)} steps/s   ${left} left`;
}

/** Shows progress: in a terminal a line that it redraws, elsewhere a plain line now and then. */
export class ProgressBar {
  readonly #steps: number;
  readonly #terminal: boolean;
  readonly #write: (text: string) => void;
  readonly #now: () => number;
  #lastShown = -Infinity;
  #lastStep = 0;
  #lastTime = 0;
  #rate = 0;
  #return: number | undefined;

  /** Makes a bar for so many steps. */
  constructor(
    steps: number,
    terminal: boolean,
    write: (text: string) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#steps = steps;
    this.#terminal = terminal;
    this.#write = write;
    this.#now = now;
  }

  /** Shows the progress after a step. */
  update(step: number, episodeReturn: number | undefined): void {
    this.#return = episodeReturn ?? this.#return;
    const time = this.#now();
    // The first plain line waits for a rate.
    if (!this.#terminal && this.#lastStep === 0) {
      [this.#lastShown, this.#lastTime, this.#lastStep] = [time, time, step];
    }
    const due = time - this.#lastShown >= (this.#terminal ? 100 : 5000) || step === this.#steps;
    if (!due) return;
    // The time before the first step would distort the rate.
    if (this.#lastStep > 0 && time > this.#lastTime) {
      const rate = (step - this.#lastStep) / (time - this.#lastTime) * 1000;
      this.#rate = this.#rate === 0 ? rate : 0.6 * this.#rate + 0.4 * rate;
    }
    [this.#lastShown, this.#lastTime, this.#lastStep] = [time, time, step];
    const line = progressLine({
      step,
      steps: this.#steps,
      episodeReturn: this.#return,
      rate: this.#rate,
    });
    this.#write(this.#terminal ? `\r\x1b[K${line}` : `${line}\n`);
  }

  /** Ends the line. */
  close(): void {
    if (this.#terminal) this.#write("\n");
  }
}
