/** The turns that pass in the better way before the other one is tried, and those of the trial. */
const phase = { usual: 1000, trial: 12 } as const;

/**
 * Finds out whether turns pass faster with a thread or without it, by trying the other way from
 * time to time. On a busy machine two threads take longer than one.
 */
export class Pace {
  #isWithBetter = true;
  #isTrial = false;
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
    if (this.#turns.length < (this.#isTrial ? phase.trial : phase.usual)) return;
    // All of a trial but its first turn, which is one of both ways.
    const typical = median(this.#turns.slice(1 - phase.trial));
    this.#turns = [];
    if (!this.#isTrial) this.#before = typical;
    else if (typical < this.#before) this.#isWithBetter = !this.#isWithBetter;
    this.#isTrial = !this.#isTrial;
  }
}

const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
