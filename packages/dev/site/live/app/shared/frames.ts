/// <reference lib="dom" />

/**
 * Calls a function before every frame, with the time in milliseconds. Browsers stop frames of
 * hidden pages by themselves.
 */
export function everyFrame(draw: (now: number) => void): void {
  const frame = (now: number) => {
    draw(now);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
