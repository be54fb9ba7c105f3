/// <reference lib="dom" />
import { fitCanvas } from "../shared/dom.ts";
import { readColours } from "../shared/theme.ts";
import { groupUnits, hiddenUnits } from "./digit_network.ts";

const groups = hiddenUnits / groupUnits;

/** The picture of the hidden neurons: one block of groups by neurons for every time step. */
export class HiddenView {
  readonly #canvas: HTMLCanvasElement;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** Shows spikes, [T, hiddenUnits], and marks a time step, from 1. Later ones are faint. */
  show(spikes: Float32Array, step: number): void {
    const steps = spikes.length / hiddenUnits;
    const { context: g, width, height } = fitCanvas(this.#canvas);
    const { accent, line, muted, text } = readColours();
    const gap = 10;
    const most = 12; // beyond this the blocks would be too small to see
    const shown = Math.min(steps, most);
    const first = Math.min(Math.max(0, step - most), steps - shown);
    const block = (width - gap * (shown - 1)) / shown;
    const cell = Math.min(block / groups, (height - 22) / groupUnits);
    const radius = Math.max(1, 0.38 * cell);
    for (let i = 0; i < shown; i++) {
      const t = first + i;
      const left = i * (block + gap) + (block - groups * cell) / 2;
      const isFuture = t >= step;
      g.globalAlpha = isFuture ? 0.25 : 1;
      for (let unit = 0; unit < hiddenUnits; unit++) {
        const [group, place] = [Math.floor(unit / groupUnits), unit % groupUnits];
        const isSpike = spikes[t * hiddenUnits + unit] !== 0 && !isFuture;
        g.fillStyle = isSpike ? accent : line;
        g.beginPath();
        g.arc(
          left + (group + 0.5) * cell,
          (place + 0.5) * cell,
          isSpike ? radius : radius * 0.6,
          0,
          7,
        );
        g.fill();
      }
      g.globalAlpha = 1;
      g.fillStyle = t === step - 1 ? text : muted;
      g.font = `${t === step - 1 ? "600 " : ""}12px system-ui, sans-serif`;
      g.textAlign = "center";
      g.fillText(String(t + 1), left + groups * cell / 2, groupUnits * cell + 16);
    }
  }
}
