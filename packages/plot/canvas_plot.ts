import { fail, refuse, takeNumber } from "@spikeloop/errors";
import {
  type CanvasLook,
  fitCanvas,
  lookNames,
  packColor,
  paletteOf,
  type PlotCanvas,
  type PlotPixels,
  takeLook,
} from "./canvas_look.ts";
import { softColor } from "./palette.ts";

/** The options of all plots on a canvas. */
export interface CanvasPlotOptions extends CanvasLook {
  /** The number of units, at most 10,000. */
  readonly units: number;
  /** The number of time steps in view, at most 10,000. */
  readonly steps: number;
}

/** A plot on a canvas that runs along with a simulation: the last steps, newest at the right. */
export interface CanvasPlot {
  /**
   * Adds the values of one time step, [units], or of several in order, [T, units]. Draws nothing.
   *
   * @throws {TypeError} if they are no numbers, or their number is no multiple of the units.
   */
  push(values: ArrayLike<number>): void;
  /** Draws; call it once a frame. */
  draw(): void;
  /**
   * Takes the element's size and surroundings again, and draws: call it when they change. Options
   * that are given hold from now on.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if one is out of range.
   */
  resize(look?: CanvasLook): void;
  /** Forgets all steps, and draws. */
  clear(): void;
}

/** The pixels of a ring of steps. */
export interface Surface {
  /** The pixels, row by row from the top. */
  readonly pixels: Uint32Array;
  /** Pixels per row. */
  readonly width: number;
  /** The number of rows. */
  readonly height: number;
  /** Pixels of the device per CSS pixel. */
  readonly ratio: number;
  /** The colors of the units, repeated as needed. */
  readonly colors: readonly number[];
  /** The color of thresholds. */
  readonly soft: number;
}

/** The values of one step, and where they are drawn. */
export interface Column {
  /** One value per unit. */
  readonly values: Float32Array;
  /** The values of the step before; the same of the first step. */
  readonly before: Float32Array;
  /** The first column of pixels. */
  readonly left: number;
  /** The column of pixels behind the last one. */
  readonly right: number;
}

/** One kind of plot on a canvas. */
export interface CanvasPlotKind {
  /** The name of the function that makes it. */
  readonly name: string;
  /** The number of the theme's colors that the units share. */
  readonly colors: number;
  /** Paints a step into its pixels, which are transparent. */
  paint(surface: Surface, column: Column): void;
  /** Widens the scale for new values; returns whether it did. */
  readonly widen?: (values: Float32Array) => boolean;
}

/** The names of the options of all plots on a canvas. */
export const canvasOptionNames: readonly string[] = ["units", "steps", ...lookNames];

/** The most units, and the most steps. */
const most = 10_000;

/**
 * Makes a plot on a canvas. A step is painted once, into a ring of pixels as wide as the canvas. A
 * frame puts the two pieces of the ring onto the canvas, whatever the number of spikes.
 */
export function makeCanvasPlot(
  kind: CanvasPlotKind,
  canvas: PlotCanvas,
  { units, steps, ...options }: CanvasPlotOptions,
): CanvasPlot {
  const action = `run ${kind.name}`;
  if (typeof canvas?.getContext !== "function") {
    refuse(action, "canvas", canvas, "an HTMLCanvasElement or an OffscreenCanvas");
  }
  takeNumber(action, "units", units, { min: 1, max: most, integer: true });
  takeNumber(action, "steps", steps, { min: 1, max: most, integer: true });
  let look = takeLook(action, options);
  // A canvas in the memory of the CPU takes pixels 20 times faster than a texture does.
  const context = canvas.getContext("2d", { willReadFrequently: true }) ??
    fail(action, "the canvas has a context of another kind, expected one for 2d");
  const ringSteps = steps + 1; // the oldest step in view begins at the one before
  const ring = new Float32Array(ringSteps * units);
  let image: PlotPixels;
  let surface: Surface;
  let [count, painted, isStale] = [0, 0, true];

  const row = (step: number) => {
    const from = step % ringSteps * units;
    return ring.subarray(from, from + units);
  };
  /** The column of pixels at which a slot of the ring begins. */
  const edge = (slot: number) => Math.floor(slot * surface.width / steps);

  function paint(step: number): void {
    const slot = step % steps;
    const left = edge(slot);
    const right = Math.max(left + 1, edge(slot + 1));
    // Where several steps share a column, the first of them clears it.
    if (slot === 0 || edge(slot - 1) < left) {
      for (let from = left; from < surface.pixels.length; from += surface.width) {
        surface.pixels.fill(0, from, from + right - left);
      }
    }
    kind.paint(surface, { values: row(step), before: row(Math.max(0, step - 1)), left, right });
  }

  function repaint(): void {
    surface.pixels.fill(0);
    [painted, isStale] = [0, true];
  }

  function fit(): void {
    const { width, height, ratio } = fitCanvas(canvas, look);
    const palette = paletteOf(canvas, look.theme);
    image = context.createImageData(width, height);
    surface = {
      ...{ width, height, ratio },
      pixels: new Uint32Array(image.data.buffer, image.data.byteOffset, width * height),
      colors: (look.colors ?? palette.slice(0, kind.colors)).map(packColor),
      soft: packColor(palette[softColor]),
    };
    repaint();
  }

  function draw(): void {
    painted = Math.max(painted, count - steps);
    if (painted === count && !isStale) return;
    while (painted < count) paint(painted++);
    isStale = false;
    const { width, height } = surface;
    const seam = edge(count % steps); // the oldest step begins here
    context.putImageData(image, -seam, 0, seam, 0, width - seam, height);
    if (seam > 0) context.putImageData(image, width - seam, 0, 0, 0, seam, height);
  }

  fit();
  return {
    push(values) {
      const isList = typeof values === "object" && Number.isInteger(values?.length);
      if (!isList || values.length === 0 || values.length % units !== 0) {
        const found = isList ? `values.length is ${values.length}` : "the values are no list";
        fail(action, `${found}, expected ${units}, or a multiple of it`);
      }
      for (let from = 0; from < values.length; from += units) {
        const slot = row(count++);
        for (let unit = 0; unit < units; unit++) {
          const value = values[from + unit];
          if (typeof value !== "number") refuse(action, `value ${unit}`, value, "a number");
          slot[unit] = value;
        }
        if (kind.widen?.(slot)) repaint();
      }
    },
    draw,
    resize(change = {}) {
      look = { ...look, ...takeLook(action, change) };
      fit();
      draw();
    },
    clear() {
      count = 0;
      repaint();
      draw();
    },
  };
}
