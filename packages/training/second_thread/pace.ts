/** The turns of a phase: in the better way, before the other one is tried, and of the trial. */
const phase = { usual: 500, longest: 8000, trial: 10 } as const;

/**
 * Finds out whether turns pass faster with a thread or without it, by trying the other way from
 * time to time. On a busy machine two threads take longer than one.
 */
export class Pace {
  #isWithBetter = true;
  #isTrial = false;
  /** The turns before the next trial. */
  #usual: number = phase.usual;
  /** Milliseconds of the turns of this phase, and of a turn before the trial. */
  #turns: number[] = [];
  #before = 0;
  #last: number | undefined;

  /** Whether the thread is to be used. */
  get isWith(): boolean {
    return this.#isWithBetter !== this.#isTrial;
  }

  /** Notes that a turn begins. */
  turn(now: number): void {
    if (this.#last !== undefined) this.#turns.push(now - this.#last);
    this.#last = now;
    if (this.#turns.length < (this.#isTrial ? phase.trial : this.#usual)) return;
    // The first turn of a phase is one of both ways.
    const typical = median(this.#turns.slice(1).slice(1 - phase.trial));
    this.#turns = [];
    if (this.#isTrial) this.#decide(typical < this.#before);
    else this.#before = typical;
    this.#isTrial = !this.#isTrial;
  }

  #decide(isTrialBetter: boolean): void {
    if (isTrialBetter) this.#isWithBetter = !this.#isWithBetter;
    const isLonger = !isTrialBetter && !this.#isWithBetter;
    this.#usual = isLonger ? Math.min(2 * this.#usual, phase.longest) : phase.usual;
  }
}

const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
