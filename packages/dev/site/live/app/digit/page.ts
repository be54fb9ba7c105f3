/// <reference lib="dom" />
import { find } from "../shared/dom.ts";
import { onTheme } from "../shared/theme.ts";
import { digitNetwork, type Reading } from "./digit_network.ts";
import { exampleOf } from "./examples.ts";
import { Ink } from "./ink.ts";
import { drawingBoard } from "./drawing_board.ts";
import { HiddenView } from "./hidden_view.ts";
import { pixelGrid } from "./pixel_grid.ts";
import { ShareBars } from "./share_bars.ts";

/** The milliseconds for which each time step is shown. */
const stepTime = 260;

/** Opens the tab in which a network reads a digit that is drawn. */
export async function openDigit(panel: HTMLElement): Promise<void> {
  const response = await fetch(new URL("./digits.safetensors", import.meta.url));
  if (!response.ok) throw new Error("The network for digits is missing on this server");
  const read = digitNetwork(new Uint8Array(await response.arrayBuffer()));

  const ink = new Ink();
  const board = drawingBoard(find(panel, "[data-board]", HTMLCanvasElement), ink, () => {
    show(ink.image());
  });
  const grid = pixelGrid(find(panel, '[role="grid"]', HTMLElement), (image) => {
    clearBoard();
    show(image);
  });
  const hidden = new HiddenView(find(panel, "[data-hidden]", HTMLCanvasElement));
  const bars = new ShareBars(find(panel, "[data-shares]", HTMLElement));
  const answer = find(panel, "[data-answer]", HTMLElement);
  const steps = find(panel, '[name="digitSteps"]', HTMLInputElement);
  const moment = find(panel, '[name="moment"]', HTMLInputElement);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let reading: Reading | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;

  function clearBoard(): void {
    ink.clear();
    board.draw();
  }

  /** Shows the network after a time step, from 1. */
  function showMoment(step: number): void {
    if (reading === undefined) return;
    moment.value = String(step);
    find(panel, 'output[for="moment"]', HTMLOutputElement).value = `${step} of ${moment.max}`;
    hidden.show(reading.spikes, step);
    bars.show(reading.shares[step - 1]);
  }

  function show(image: Float32Array): void {
    clearInterval(timer);
    grid.show(image);
    const isEmpty = image.every((x) => x === 0);
    const count = steps.valueAsNumber;
    find(panel, 'output[for="digitSteps"]', HTMLOutputElement).value = String(count);
    moment.max = String(count);
    reading = read(image, count);
    const share = reading.shares[count - 1];
    const best = share.indexOf(Math.max(...share));
    answer.textContent = isEmpty
      ? "Draw a digit from 0 to 9."
      : `It reads a ${best}, and is ${Math.round(100 * share[best])} % sure.`;
    if (still.matches || isEmpty) return showMoment(count);
    let step = 1;
    showMoment(step);
    timer = setInterval(() => {
      if (step >= count) return clearInterval(timer);
      showMoment(++step);
    }, stepTime);
  }

  const again = () => show(grid.image());
  steps.addEventListener("input", again);
  find(panel, "[data-replay]", HTMLButtonElement).addEventListener("click", again);
  moment.addEventListener("input", () => {
    clearInterval(timer);
    showMoment(moment.valueAsNumber);
  });
  find(panel, "[data-clear]", HTMLButtonElement).addEventListener("click", () => {
    clearBoard();
    show(ink.image());
  });
  for (const button of panel.querySelectorAll<HTMLButtonElement>("[data-example]")) {
    button.addEventListener("click", () => {
      clearBoard();
      show(exampleOf(Number(button.dataset.example)));
    });
  }
  const refresh = () => {
    board.draw();
    grid.show(grid.image());
    showMoment(moment.valueAsNumber);
  };
  onTheme(refresh);
  new ResizeObserver(refresh).observe(panel);
  show(exampleOf(3));
}
