/// <reference lib="dom" />
import { type CanvasPlot, rasterCanvas, traceCanvas } from "@spikeloop/plot";
import { readColours } from "../shared/theme.ts";
import type { Frame, SeatedNetwork } from "./stage_messages.ts";

/** The seconds of the network's work in view. */
const seconds = 4;

/** The steps of the task in a second. */
const stepsPerSecond = 20;

/** The pictures of what a network does: its spikes, and the membranes of its output. */
export class ActivityView {
  readonly #raster: HTMLCanvasElement;
  readonly #traces: HTMLCanvasElement;
  #network: SeatedNetwork | undefined;
  #plots: { readonly raster: CanvasPlot; readonly traces: CanvasPlot } | undefined;

  constructor(raster: HTMLCanvasElement, traces: HTMLCanvasElement) {
    this.#raster = raster;
    this.#traces = traces;
  }

  /** Shows another network; one of the same sizes goes on in the same picture. */
  watch(network: SeatedNetwork): void {
    if (JSON.stringify(network) === JSON.stringify(this.#network)) return;
    this.#network = network;
    const { units, timeSteps, threshold } = network;
    const steps = seconds * stepsPerSecond * timeSteps;
    this.#plots = {
      raster: rasterCanvas(this.#raster, {
        units: units.reduce((a, b) => a + b, 0),
        steps,
      }),
      traces: traceCanvas(this.#traces, {
        units: units[units.length - 1],
        steps,
        range: [-3 * threshold, 2 * threshold],
        threshold,
      }),
    };
    this.refresh();
  }

  /** Takes the colours and the sizes again. */
  refresh(): void {
    if (this.#network === undefined) return;
    const { units } = this.#network;
    const { accent, accent2, muted } = readColours();
    const layerColours = [muted, ...units.slice(1, -1).map(() => accent), accent2];
    this.#plots?.raster.resize({
      colors: units.flatMap((count, i) => new Array<string>(count).fill(layerColours[i])),
    });
    this.#plots?.traces.resize({ colors: [accent2] });
  }

  /** Takes over the activity of a step. */
  show({ spikes, membranes }: Frame): void {
    this.#plots?.raster.push(spikes);
    this.#plots?.traces.push(membranes);
  }

  /** Draws what is new. */
  draw(): void {
    this.#plots?.raster.draw();
    this.#plots?.traces.draw();
  }
}
