/// <reference lib="dom" />
import type { Pole } from "./physics.ts";
import type { PoleView } from "./pole_view.ts";

/** The torque of a push by a key or a button. */
const pushTorque = 4;

/** The fastest throw, in radians per second. */
const fastestThrow = 8;

/** The reader's hand on a pole. */
export interface Hand {
  /** It holds the pole. */
  hold(pole: Pole): void;
  /** It lets the pole go, with the speed of the throw. */
  letGo(pole: Pole): void;
  /** It pushes with a torque; 0 ends the push. */
  push(torque: number): void;
}

/** Lets a pole be dragged with mouse, pen or finger, and pushed with the arrow keys. */
export function takeHand(view: PoleView, hand: Hand): void {
  const { canvas } = view;
  let last: { readonly pole: Pole; readonly time: number } | undefined;

  const move = ({ clientX, clientY, timeStamp }: PointerEvent) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const [x, y] = [clientX - left - width / 2, clientY - top - height / 2];
    const before = last?.pole.angle ?? view.angleAt(performance.now());
    // The turn of the pole stays: the angle is the nearest of those that look the same.
    const raw = Math.atan2(x, -y);
    const angle = raw + 2 * Math.PI * Math.round((before - raw) / (2 * Math.PI));
    const seconds = last === undefined ? 0 : (timeStamp - last.time) / 1000;
    const speed = seconds > 0 ? (angle - before) / seconds : 0;
    const pole = { angle, speed: Math.max(-fastestThrow, Math.min(fastestThrow, speed)) };
    last = { pole, time: timeStamp };
    view.hold(pole);
    hand.hold(pole);
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    move(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (last !== undefined) move(event);
  });
  const end = ({ timeStamp }: PointerEvent) => {
    if (last === undefined) return;
    const rested = timeStamp - last.time > 80;
    view.hold(undefined);
    hand.letGo(rested ? { ...last.pole, speed: 0 } : last.pole);
    last = undefined;
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);

  const torques: Readonly<Record<string, number>> = {
    ArrowLeft: -pushTorque,
    ArrowRight: pushTorque,
  };
  canvas.addEventListener("keydown", (event) => {
    const torque = torques[event.key];
    if (torque === undefined) return;
    event.preventDefault();
    if (!event.repeat) hand.push(torque);
  });
  canvas.addEventListener("keyup", ({ key }) => {
    if (key in torques) hand.push(0);
  });
  canvas.addEventListener("blur", () => hand.push(0));
}
