/// <reference lib="dom" />
import { fitCanvas } from "../shared/dom.ts";
import { type Colours, readColours } from "../shared/theme.ts";

/** The lowest return that is shown; random actions return about -1,200. */
const lowest = -1800;

/** From here on a network swings the pole up and holds it. */
const good = -200;

/** The episodes of a running mean. */
const window = 5;

/** The room of the axes, in CSS pixels. */
const [left, bottom, top, right] = [46, 24, 8, 10];

/** The picture of a learning curve. */
export class CurveView {
  readonly #canvas: HTMLCanvasElement;
  #colours: Colours = readColours();
  #episodes: (readonly [step: number, total: number])[] = [];
  #isStale = true;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** Takes the colours and the size again. */
  refresh(): void {
    this.#colours = readColours();
    this.#isStale = true;
  }

  /** Adds episodes: step, and return. */
  push(episodes: readonly (readonly [step: number, total: number])[]): void {
    if (episodes.length === 0) return;
    this.#episodes.push(...episodes);
    this.#isStale = true;
  }

  /** Forgets all. */
  clear(): void {
    this.#episodes = [];
    this.#isStale = true;
  }

  /** Draws, if anything has changed. */
  draw(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    const { context: g, width, height } = fitCanvas(this.#canvas);
    const { muted, line, accent, soft } = this.#colours;
    const last = this.#episodes.at(-1)?.[0] ?? 0;
    const span = niceSpan(last);
    const x = (step: number) => left + (width - left - right) * step / span;
    const y = (total: number) =>
      top + (height - top - bottom) * Math.min(1, Math.max(0, total / lowest));
    g.fillStyle = soft;
    g.fillRect(left, y(0), width - left - right, y(good) - y(0));
    g.font = "12px system-ui, sans-serif";
    g.fillStyle = muted;
    g.strokeStyle = line;
    g.lineWidth = 1;
    g.textAlign = "right";
    g.textBaseline = "middle";
    for (const total of [0, -600, -1200, -1800]) {
      g.beginPath();
      g.moveTo(left, y(total) + 0.5);
      g.lineTo(width - right, y(total) + 0.5);
      g.stroke();
      g.fillText(total.toLocaleString("en").replace("-", "−"), left - 6, y(total));
    }
    g.textAlign = "center";
    g.textBaseline = "alphabetic";
    for (let i = 0; i <= 4; i++) {
      const step = span * i / 4;
      g.textAlign = i === 4 ? "right" : i === 0 ? "left" : "center";
      g.fillText(step.toLocaleString("en"), x(step) + (i === 4 ? 6 : 0), height - 6);
    }
    g.fillStyle = accent;
    g.globalAlpha = 0.4;
    for (const [step, total] of this.#episodes) {
      g.beginPath();
      g.arc(x(step), y(total), 2.5, 0, 2 * Math.PI);
      g.fill();
    }
    g.globalAlpha = 1;
    g.strokeStyle = accent;
    g.lineWidth = 2;
    g.lineJoin = "round";
    g.beginPath();
    this.#episodes.forEach(([step], i) => {
      const part = this.#episodes.slice(Math.max(0, i - window + 1), i + 1);
      const mean = part.reduce((sum, [, total]) => sum + total, 0) / part.length;
      if (i === 0) g.moveTo(x(step), y(mean));
      else g.lineTo(x(step), y(mean));
    });
    g.stroke();
  }
}

/** The end of the axis of steps: a round number that grows with the run. */
function niceSpan(last: number): number {
  let span = 4000;
  while (span < last) span *= 2;
  return span;
}
