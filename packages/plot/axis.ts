/** A linear scale with its ticks. */
export interface Axis {
  /** The smallest visible value. */
  readonly low: number;
  /** The largest visible value. */
  readonly high: number;
  /** The values with a label. */
  readonly ticks: readonly Label[];
}

/** A label at a place of an axis. */
export interface Label {
  /** The value at its middle. */
  readonly at: number;
  /** The text. */
  readonly name: string;
}

/**
 * Makes an axis over a range, with about `count` ticks at 1, 2 or 5 times a power of ten.
 *
 * @param snap Widens the range to whole ticks.
 * @param whole Puts ticks at whole numbers only.
 */
export function makeAxis(
  [from, to]: readonly [number, number],
  count: number,
  snap: boolean,
  whole = false,
): Axis {
  const flat = to - from <= Math.max(Math.abs(from), Math.abs(to), 1e-30) * 1e-9;
  const [low, high] = flat ? [from - 0.5, to + 0.5] : [from, to];
  const rough = (high - low) / Math.max(2, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const round = power * ([1, 2, 5].find((f) => f * power >= rough * 0.999) ?? 10);
  const step = whole ? Math.max(1, round) : round;
  const toTick = (value: number, isUp: boolean) =>
    isUp ? Math.ceil(value / step - 1e-9) : Math.floor(value / step + 1e-9);
  const start = toTick(low, !snap);
  const end = toTick(high, snap);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = Array.from({ length: end - start + 1 }, (_, i) => {
    const at = (start + i) * step;
    return { at, name: tickLabel(at, decimals) };
  });
  return snap ? { low: start * step, high: end * step, ticks } : { low, high, ticks };
}

/** Returns the label of a tick. */
export function tickLabel(value: number, decimals: number): string {
  const size = Math.abs(value);
  const text = size >= 1e6 || decimals > 6
    ? value.toExponential(1).replace("+", "")
    : (size < 10 ** -decimals / 2 ? 0 : value).toFixed(decimals)
      .replace(/\d(?=(\d{3})+$)/g, decimals ? "$&" : "$& ");
  return text.replaceAll("-", "−");
}
