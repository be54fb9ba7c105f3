/// <reference lib="dom" />
import { coarse, mostInk } from "./ink.ts";

/** The image that the network takes, as a grid whose pixels can be switched. */
export interface PixelGrid {
  show(image: Float32Array): void;
  image(): Float32Array;
}

/**
 * Fills a grid with pixels. Arrow keys go from one to the next; a click, the space bar or Enter
 * puts ink there, or takes it away.
 */
export function pixelGrid(grid: HTMLElement, change: (image: Float32Array) => void): PixelGrid {
  let image: Float32Array = new Float32Array(coarse * coarse);
  const cells: HTMLButtonElement[] = [];
  for (let row = 0; row < coarse; row++) {
    const line = document.createElement("div");
    line.setAttribute("role", "row");
    for (let column = 0; column < coarse; column++) {
      const cell = document.createElement("button");
      cell.type = "button";
      cell.setAttribute("role", "gridcell");
      cell.tabIndex = cells.length === 0 ? 0 : -1;
      line.append(cell);
      cells.push(cell);
    }
    grid.append(line);
  }

  const show = (next: Float32Array) => {
    image = next;
    cells.forEach((cell, i) => {
      const percent = Math.round(100 * image[i] / mostInk);
      cell.style.setProperty("--ink", `${percent}%`);
      const [row, column] = [Math.floor(i / coarse) + 1, i % coarse + 1];
      cell.setAttribute("aria-label", `Row ${row}, column ${column}: ${percent} % ink`);
    });
  };
  grid.addEventListener("click", ({ target }) => {
    const at = cells.findIndex((cell) => cell === target);
    if (at < 0) return;
    const next = image.slice();
    next[at] = next[at] > mostInk / 2 ? 0 : mostInk;
    change(next);
  });
  grid.addEventListener("keydown", (event) => {
    const at = cells.findIndex((cell) => cell === document.activeElement);
    const [row, column] = [Math.floor(at / coarse), at % coarse];
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
    };
    const to = moves[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const [y, x] = to.map((place) => Math.min(coarse - 1, Math.max(0, place)));
    cells[at].tabIndex = -1;
    cells[y * coarse + x].tabIndex = 0;
    cells[y * coarse + x].focus();
  });
  return { show, image: () => image };
}
