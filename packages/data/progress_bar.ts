import {
  checkOptions,
  refuse,
  takeCount,
  takeFlag,
  takeFunction,
  takeNumber,
} from "@spikeloop/errors";

/** The options of `progressBar`. */
export interface ProgressBarOptions {
  /** The number of parts of the work, such as epochs. */
  readonly total: number;
  /** The parts that were done before, such as by an interrupted run; 0 if missing. */
  readonly from?: number;
  /** The text before the bar; none if missing. */
  readonly label?: string;
  /** Writes a text; to the standard error output if missing, or else to the console. */
  readonly write?: (text: string) => void;
  /**
   * Whether the text goes to a terminal, where the bar moves. Elsewhere every line stays, and there
   * is one for every tenth of the work. Detected if missing.
   */
  readonly isTerminal?: boolean;
  /** Elsewhere there is a line after so many ms, too; there is none if missing. */
  readonly lineEvery?: number;
  /** The columns of the terminal; detected if missing, or else 80. */
  readonly columns?: number;
}

/** A bar that shows the progress of some work. */
export interface ProgressBar extends Disposable {
  /**
   * Shows that `done` parts are done.
   *
   * @throws {TypeError} if `done` is no number, or `text` is no text.
   */
  update(done: number, text?: string): void;
  /** Ends the line of the bar. */
  end(): void;
}

/** The part of Node's, Deno's and Bun's standard error output that is in use. */
interface ErrorOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** A moving bar is drawn again after so many milliseconds. */
const redrawAfter = 50;

const barColumns = 24;

/** A duration in ms as minutes and seconds. */
function showTime(duration: number): string {
  const seconds = Math.round(duration / 1000);
  return `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, "0")}`;
}

/**
 * Makes a bar that shows the progress of some work:
 * `epochs ━━━━━━━──── 7/10 0:03, 0:01 left, loss 0.21`. In a terminal it stays in one line;
 * in a file or a log it is a plain line for every tenth.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if `total` is no integer of at least 1.
 *
 * @example
 * ```ts
 * import { progressBar } from "@spikeloop/data";
 * import { assertEquals } from "@std/assert";
 *
 * const lines: string[] = [];
 * const write = (text: string) => lines.push(text);
 * using bar = progressBar({ total: 20, label: "epochs", write, isTerminal: false });
 * for (let epoch = 1; epoch <= 20; epoch++) bar.update(epoch, `loss ${1 / epoch}`);
 * assertEquals(lines.length, 10);
 * ```
 */
export function progressBar(options: ProgressBarOptions): ProgressBar {
  const action = "make a progress bar";
  checkOptions(action, options, [
    "total",
    "from",
    "label",
    "write",
    "isTerminal",
    "lineEvery",
    "columns",
  ]);
  const output = (globalThis as { process?: { stderr?: ErrorOutput } }).process?.stderr;
  const total = takeCount(action, "total", options.total);
  const from = takeCount(action, "from", options.from ?? 0, 0);
  const label = takeLine(action, "label", options.label ?? "");
  const isTerminal = takeFlag(action, "isTerminal", options.isTerminal ?? output?.isTTY ?? false);
  const lineEvery = options.lineEvery === undefined
    ? Infinity
    : takeNumber(action, "lineEvery", options.lineEvery, { above: 0 });
  const columns = takeCount(action, "columns", options.columns ?? output?.columns ?? 80);
  const write = takeFunction(
    action,
    "write",
    options.write ?? ((text: string) => output ? output.write(text) : console.error(text.trim())),
  );
  const start = performance.now();
  let drawnAt = isTerminal ? -Infinity : start;
  let tenths = Math.floor(10 * from / total);
  let isOpen = false;

  const line = (done: number, text: string): string => {
    const share = Math.min(Math.max(done / total, 0), 1);
    const filled = Math.round(share * barColumns);
    const bar = "━".repeat(filled) + "─".repeat(barColumns - filled);
    const passed = performance.now() - start;
    const remaining = passed * (total - done) / (done - from);
    const left = done > from && share < 1 ? `, ${showTime(remaining)} left` : "";
    const note = text === "" ? "" : `, ${text}`;
    const parts = [label, bar, `${done}/${total}`, showTime(passed) + left + note];
    return parts.filter((part) => part !== "").join(" ");
  };
  const end = () => {
    if (isOpen) write("\n");
    isOpen = false;
  };
  return {
    update: (done, text = "") => {
      takeNumber("update a progress bar", "done", done);
      const note = takeLine("update a progress bar", "the text", text);
      const now = performance.now();
      if (!isTerminal) {
        const reached = Math.floor(10 * done / total);
        if (reached <= tenths && now - drawnAt < lineEvery) return;
        write(`${line(done, note)}\n`);
        [tenths, drawnAt] = [Math.max(tenths, reached), now];
        return;
      }
      if (done < total && now - drawnAt < redrawAfter) return;
      drawnAt = now;
      isOpen = true;
      // A line that reaches the last column would wrap, and leave its beginning behind.
      write(`\r\x1b[K${line(done, note).slice(0, columns - 1)}`);
    },
    end,
    [Symbol.dispose]: end,
  };
}

/** Checks a text, and puts it in one line. */
function takeLine(action: string, name: string, value: unknown): string {
  if (typeof value !== "string") refuse(action, name, value, "a text");
  return value.replace(/\s+/g, " ").trim();
}
