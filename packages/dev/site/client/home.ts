/// <reference lib="dom" />
import { ilc } from "@spikeloop/functional";
import { cubaLif } from "@spikeloop/neuron";
import { rasterCanvas } from "@spikeloop/plot";
import { key } from "@spikeloop/random";
import { tensor } from "@spikeloop/tensor";
import { onTheme } from "../live/app/shared/theme.ts";

const [groups, perGroup, steps] = [4, 12, 150];
const units = groups * perGroup;

/**
 * Runs a population on the canvas of the home page: waves of input go through its groups, and a
 * pointer drives the units below it.
 */
function runPopulation(canvas: HTMLCanvasElement): void {
  const population = ilc(cubaLif, {
    actDim: groups,
    decPopDim: perGroup,
    connection: { bias: false },
  });
  const step = population.bind(population.init(key(3)));
  const raster = rasterCanvas(canvas, { units, steps });
  let state = population.initialState(1);
  let time = 0;
  let touched: number | undefined;
  const advance = () => {
    const drive = Float32Array.from({ length: units }, (_, unit) => {
      const wave = Math.max(0, Math.sin(time / 16 - Math.floor(unit / perGroup) * 1.6)) ** 2;
      const isNear = touched !== undefined && Math.abs(touched - unit) < 4;
      return 0.09 * wave + (isNear ? 0.4 : 0) + 0.1 * (Math.random() - 0.5);
    });
    const [next, spikes] = step(state, tensor(drive, [1, units]));
    state = next;
    raster.push(spikes.dataSync());
    time++;
  };
  for (let t = 0; t < steps; t++) advance();
  raster.draw();
  const redraw = () => raster.resize();
  onTheme(redraw);
  new ResizeObserver(redraw).observe(canvas);
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  canvas.addEventListener("pointermove", ({ offsetY }) => {
    touched = Math.floor((1 - offsetY / canvas.clientHeight) * units);
  });
  canvas.addEventListener("pointerleave", () => touched = undefined);
  let isSeen = true;
  new IntersectionObserver(([{ isIntersecting }]) => isSeen = isIntersecting).observe(canvas);
  let frames = 0;
  const loop = () => {
    if (isSeen && ++frames % 2 === 0) {
      advance();
      raster.draw();
    }
    requestAnimationFrame(loop);
  };
  requestAnimationFrame(loop);
}

const canvas = document.querySelector<HTMLCanvasElement>(".population canvas");
if (canvas !== null) runPopulation(canvas);
