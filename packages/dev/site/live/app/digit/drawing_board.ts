/// <reference lib="dom" />
import { fitCanvas } from "../shared/dom.ts";
import { readColours } from "../shared/theme.ts";
import { fine, type Ink } from "./ink.ts";

/** Lets a digit be drawn with mouse, pen or finger; `change` is called after every stroke. */
export function drawingBoard(
  canvas: HTMLCanvasElement,
  ink: Ink,
  change: () => void,
): { draw(): void } {
  let last: readonly [x: number, y: number] | undefined;

  const draw = () => {
    const { context: g, width } = fitCanvas(canvas);
    const { text, line } = readColours();
    const side = width / fine;
    g.strokeStyle = line;
    g.beginPath();
    for (const share of [0.25, 0.5, 0.75]) {
      g.moveTo(share * width, 0);
      g.lineTo(share * width, width);
      g.moveTo(0, share * width);
      g.lineTo(width, share * width);
    }
    g.stroke();
    g.fillStyle = text;
    ink.pixels.forEach((isInk, i) => {
      if (isInk === 0) return;
      g.beginPath();
      g.arc((i % fine + 0.5) * side, (Math.floor(i / fine) + 0.5) * side, 0.72 * side, 0, 7);
      g.fill();
    });
  };
  const place = ({ clientX, clientY }: PointerEvent) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height] as const;
  };
  const move = (event: PointerEvent) => {
    const now = place(event);
    ink.draw(...(last ?? now), ...now);
    last = now;
    draw();
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    move(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (last === undefined) return;
    // Fast strokes come as several places per event.
    const places = event.getCoalescedEvents?.() ?? [];
    for (const one of places.length > 0 ? places : [event]) move(one);
  });
  const end = () => {
    if (last === undefined) return;
    last = undefined;
    change();
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  return { draw };
}
