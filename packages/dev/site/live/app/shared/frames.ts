/// <reference lib="dom" />

/** A frame that comes later than so many milliseconds after the one before is late. */
const late = 30;

/** For so many milliseconds after a late frame, pictures leave more time to other threads. */
const rest = 5000;

/** The fewest milliseconds between two pictures then: 30 to 40 a second. */
const least = 24;

/**
 * Calls a function before every frame, with the time in milliseconds; where frames are late, before
 * 30 to 40 a second. Browsers stop frames of hidden pages by themselves.
 */
export function everyFrame(
  draw: (now: number) => void,
  request: (frame: (now: number) => void) => void = (frame) => requestAnimationFrame(frame),
): void {
  let [last, drawn, restEnd] = [Infinity, -Infinity, -Infinity];
  const frame = (now: number) => {
    request(frame);
    if (now - last > late) restEnd = now + rest;
    last = now;
    if (now < restEnd && now - drawn < least) return;
    drawn = now;
    draw(now);
  };
  request(frame);
}
