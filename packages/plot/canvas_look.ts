import { checkNames, refuse, takeCount, takeList, takeNumber, takeOneOf } from "@spikeloop/errors";
import { colors, type Theme, themes } from "./palette.ts";

/** Pixels in memory: an `ImageData`. */
export interface PlotPixels {
  /** Red, green, blue and opacity of every pixel. */
  readonly data: ArrayBufferView;
}

/** The part of a 2d context that plots use. */
export interface PlotContext {
  /** Makes transparent pixels. */
  createImageData(width: number, height: number): PlotPixels;
  /** Puts a part of the pixels onto the canvas. */
  putImageData(
    pixels: PlotPixels,
    x: number,
    y: number,
    fromX: number,
    fromY: number,
    width: number,
    height: number,
  ): void;
}

/** The part of a canvas that plots use: an `HTMLCanvasElement` or an `OffscreenCanvas`. */
export interface PlotCanvas {
  /** Its width in pixels of the device. */
  width: number;
  /** Its height in pixels of the device. */
  height: number;
  /** Returns the context for drawing. */
  getContext(kind: "2d", options?: { readonly willReadFrequently?: boolean }): PlotContext | null;
}

/** The size and the colors of a plot on a canvas. */
export interface CanvasLook {
  /** The width in CSS pixels; the element's own if missing. */
  readonly width?: number;
  /** The height in CSS pixels; the element's own if missing. */
  readonly height?: number;
  /** The number of device pixels per CSS pixel; the page's, or 1 off screen, if missing. */
  readonly pixelRatio?: number;
  /**
   * The surroundings; `"auto"` if missing: dark where the element's text has a light color, and
   * light off screen.
   */
  readonly theme?: Theme;
  /** The colors of the units, such as `#2563eb`, repeated as needed; the theme's if missing. */
  readonly colors?: readonly string[];
}

/** An element's own members, which canvases off screen lack. */
interface PlotElement {
  readonly clientWidth?: number;
  readonly clientHeight?: number;
  readonly style?: { width: string; height: string };
}

/** The globals of a page, which workers lack. */
const page = globalThis as {
  readonly devicePixelRatio?: number;
  getComputedStyle?(element: unknown): { readonly color: string };
};

/** The most pixels along a side. */
const mostPixels = 16_384;

/** The names of the options of a look. */
export const lookNames: readonly string[] = ["width", "height", "pixelRatio", "theme", "colors"];

/**
 * Checks a look, and leaves out the options that are missing.
 *
 * @throws {TypeError} if an option is unknown or of the wrong kind.
 * @throws {RangeError} if one is out of range.
 */
export function takeLook(action: string, look: CanvasLook): CanvasLook {
  checkNames(action, look, lookNames);
  const taken = Object.entries(look).filter(([, value]) => value !== undefined);
  for (const [name, value] of taken) {
    if (name === "theme") takeOneOf(action, name, value, themes);
    else if (name === "colors") {
      const colors = takeList(action, name, value, takeColor);
      takeCount(action, "the number of colors", colors.length);
    } else {
      const range = name === "pixelRatio" ? { min: 0.25, max: 8 } : { min: 1, max: mostPixels };
      takeNumber(action, name, value, range);
    }
  }
  return Object.fromEntries(taken);
}

function takeColor(action: string, name: string, value: unknown): string {
  return typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value)
    ? value
    : refuse(action, name, value, 'a color such as "#2563eb"');
}

/** Returns a color as the number of an opaque pixel. */
export function packColor(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return (255 << 24 | blue << 16 | green << 8 | red) >>> 0; // all engines are little-endian
}

/** Sets the pixels of a canvas for its size on the page. */
export function fitCanvas(
  canvas: PlotCanvas & PlotElement,
  { width, height, pixelRatio }: CanvasLook,
): { readonly width: number; readonly height: number; readonly ratio: number } {
  const isElement = canvas.clientWidth !== undefined;
  const ratio = pixelRatio ?? (isElement ? page.devicePixelRatio : undefined) ?? 1;
  const sides = [
    ["width", "clientWidth", width ?? canvas.clientWidth],
    ["height", "clientHeight", height ?? canvas.clientHeight],
  ] as const;
  for (const [side, shown, size] of sides) {
    if (!size) continue; // off screen, or not laid out: it keeps its pixels
    const pixels = Math.min(mostPixels, Math.max(1, Math.round(size * ratio)));
    if (canvas[side] !== pixels) canvas[side] = pixels;
    // Without a size in CSS an element is as large as its pixels.
    if (canvas.style && canvas[shown] !== size) canvas.style[side] = `${size}px`;
  }
  return { width: canvas.width, height: canvas.height, ratio };
}

/** Returns the colors for the surroundings of a canvas. */
export function paletteOf(
  canvas: PlotCanvas & PlotElement,
  theme: Theme = "auto",
): readonly string[] {
  const isElement = canvas.clientWidth !== undefined;
  const color = isElement ? page.getComputedStyle?.(canvas).color : undefined;
  const [red = 0, green = 0, blue = 0] = color?.match(/[\d.]+/g)?.map(Number) ?? [];
  const isDark = theme === "auto" ? red + green + blue > 384 : theme === "dark";
  return colors.map(([, light, dark]) => isDark ? dark : light);
}
