/// <reference lib="dom" />

/** Ten bars, one for each digit. */
export class ShareBars {
  readonly #rows: {
    readonly bar: HTMLElement;
    readonly number: HTMLElement;
    readonly row: HTMLElement;
  }[];

  constructor(list: HTMLElement) {
    this.#rows = Array.from({ length: 10 }, (_, digit) => {
      const row = document.createElement("li");
      const [name, track, number] = ["b", "span", "span"].map((tag) => document.createElement(tag));
      const bar = document.createElement("i");
      name.textContent = String(digit);
      track.className = "track";
      track.append(bar);
      row.append(name, track, number);
      list.append(row);
      return { bar, number, row };
    });
  }

  /** Shows shares that sum up to 1, and marks the largest. */
  show(shares: Float32Array): void {
    const most = Math.max(...shares);
    this.#rows.forEach(({ bar, number, row }, digit) => {
      bar.style.width = `${100 * shares[digit]}%`;
      number.textContent = `${Math.round(100 * shares[digit])} %`;
      row.classList.toggle("best", shares[digit] === most);
    });
  }
}
