/// <reference lib="dom" />
import { find } from "../shared/dom.ts";
import type { Port } from "../shared/port.ts";
import { takeHand } from "./pole_hand.ts";
import { PoleView } from "./pole_view.ts";
import type { Seat, StageNews, StageOrder } from "./stage_messages.ts";

/** The figure of one pendulum, with its buttons. */
export function seatView(
  figure: HTMLElement,
  seat: Seat,
  stage: Port<StageNews, StageOrder>,
): PoleView {
  const view = new PoleView(find(figure, "canvas", HTMLCanvasElement));
  const push = (torque: number) => stage.send({ type: "push", seat, torque });
  takeHand(view, {
    hold: (pole) => stage.send({ type: "hold", seat, pole }),
    letGo: (pole) => stage.send({ type: "letGo", seat, pole }),
    push,
  });
  for (const button of figure.querySelectorAll<HTMLButtonElement>("[data-push]")) {
    const torque = Number(button.dataset.push);
    // A click of the keyboard has no press and release: it is a short push.
    button.addEventListener("click", () => {
      push(torque);
      setTimeout(() => push(0), 150);
    });
  }
  find(figure, "[data-drop]", HTMLButtonElement)
    .addEventListener("click", () => stage.send({ type: "drop", seat }));
  return view;
}
