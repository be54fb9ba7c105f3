/// <reference lib="dom" />

/**
 * The element of a page that matches a selector.
 *
 * @throws {Error} if there is none, or it is of another kind.
 */
export function find<T extends Element>(
  root: ParentNode,
  selector: string,
  kind: new () => T,
): T {
  const element = root.querySelector(selector);
  if (!(element instanceof kind)) throw new Error(`This page has no ${selector}`);
  return element;
}

/** Fits the pixels of a canvas to the screen; returns its context and its sizes in CSS pixels. */
export function fitCanvas(canvas: HTMLCanvasElement): {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
} {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = Math.min(devicePixelRatio || 1, 2);
  const [pixelWidth, pixelHeight] = [width, height].map((x) => Math.max(1, Math.round(x * ratio)));
  if (canvas.width !== pixelWidth) canvas.width = pixelWidth;
  if (canvas.height !== pixelHeight) canvas.height = pixelHeight;
  // Drawn in the memory of the CPU: that leaves more time to a browser that imitates a GPU.
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("This browser draws no 2d pictures");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}
