/** What the progress line shows. */
export interface ProgressFigures {
  /** Steps done. */
  readonly step: number;
  /** Steps to do. */
  readonly steps: number;
  /** The last episode's return. */
  readonly episodeReturn: number | undefined;
  /** Steps per second, lately. */
  readonly rate: number;
}

function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** One line: bar, share done, episode return, speed, time left. */
export function progressLine({ step, steps, episodeReturn, rate }: ProgressFigures): string {
  const width = 24;
  const done = Math.round(width * step / steps);
  const bar = "█".repeat(done) + "░".repeat(width - done);
  const shown = episodeReturn === undefined ? "     –" : episodeReturn.toFixed(0).padStart(6);
  const left = rate > 0 ? clock((steps - step) / rate) : "–:––";
  return `${bar} ${
    String(Math.floor(100 * step / steps)).padStart(3)
  } %   episode return ${shown}   ` +
    `${rate.toFixed(0).padStart(5)} steps/s   ${left} left`;
}

/** Shows progress: a line that is drawn anew in a terminal, a plain line now and then elsewhere. */
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

  /** A bar for so many steps. */
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

  /** Tells it where training stands. */
  update(step: number, episodeReturn: number | undefined): void {
    this.#return = episodeReturn ?? this.#return;
    const time = this.#now();
    // Plain lines begin once there is something to say.
    if (!this.#terminal && this.#lastStep === 0) {
      [this.#lastShown, this.#lastTime, this.#lastStep] = [time, time, step];
    }
    const due = time - this.#lastShown >= (this.#terminal ? 100 : 5000) || step === this.#steps;
    if (!due) return;
    // What came before the first step is no measure of speed.
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
