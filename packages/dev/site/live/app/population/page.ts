/// <reference lib="dom" />
import { rasterCanvas, traceCanvas } from "@spikeloop/plot";
import { find } from "../shared/dom.ts";
import { everyFrame } from "../shared/frames.ts";
import { onTheme, readColours } from "../shared/theme.ts";
import { codeText } from "./code_text.ts";
import { type PopulationSettings, presets, units } from "./settings.ts";
import { populationForm } from "./population_form.ts";
import { Simulation } from "./simulation.ts";

/** The steps in view. */
const steps = 160;

/** The neurons whose membranes are shown: every third one. */
const shownEvery = 3;

/** The steps of which the mean rate is shown. */
const rateSteps = 50;

/** Opens the tab with a population to play with. */
export function openPopulation(panel: HTMLElement): void {
  const form = populationForm(find(panel, "form", HTMLFormElement));
  let simulation = new Simulation(form.read());
  const canvas = (name: string) => find(panel, `[data-${name}]`, HTMLCanvasElement);
  const shown = Array.from({ length: units / shownEvery }, (_, i) => i * shownEvery);
  const options = { units: shown.length, steps, threshold: form.read().vThreshold };
  const raster = rasterCanvas(canvas("population-raster"), { units, steps });
  let traces = traceCanvas(canvas("population-traces"), options);
  const code = find(panel, "[data-population-code]", HTMLElement);
  const rate = find(panel, "[data-rate]", HTMLElement);
  const counts: number[] = [];

  const step = () => {
    const { spikes, membranes } = simulation.step();
    raster.push(spikes);
    traces.push(shown.map((unit) => membranes[unit]));
    counts.push(spikes.reduce((a, b) => a + b, 0));
    if (counts.length > rateSteps) counts.shift();
    const mean = counts.reduce((a, b) => a + b, 0) / counts.length / units;
    rate.textContent = `${(100 * mean).toFixed(1)} %`;
  };

  const repaint = () => {
    const { accent, accent2 } = readColours();
    raster.resize({ colors: [accent] });
    traces.resize({ colors: [accent2] });
  };
  const take = (settings: PopulationSettings) => {
    simulation.change(settings);
    code.textContent = codeText(settings);
    if (settings.vThreshold !== options.threshold) {
      options.threshold = settings.vThreshold;
      traces = traceCanvas(canvas("population-traces"), options);
      repaint();
    }
  };
  form.onChange(take);
  for (const button of panel.querySelectorAll<HTMLButtonElement>("[data-preset]")) {
    button.addEventListener("click", () => {
      const settings = presets[button.dataset.preset ?? ""];
      form.show(settings);
      simulation = new Simulation(settings);
      raster.clear();
      traces.clear();
      counts.length = 0;
      take(settings);
      if (!isPlaying) { for (let t = 0; t < steps; t++) step(); }
    });
  }
  find(panel, "[data-kick]", HTMLButtonElement).addEventListener("click", () => simulation.kick());

  const speed = find(panel, '[name="speed"]', HTMLInputElement);
  const playButton = find(panel, "[data-play]", HTMLButtonElement);
  const stepButton = find(panel, "[data-step]", HTMLButtonElement);
  let isPlaying = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const setPlaying = (value: boolean) => {
    isPlaying = value;
    playButton.textContent = value ? "Stop the time" : "Play";
    stepButton.disabled = value;
  };
  playButton.addEventListener("click", () => setPlaying(!isPlaying));
  stepButton.addEventListener("click", step);
  setPlaying(isPlaying);

  take(form.read());
  repaint();
  onTheme(repaint);
  new ResizeObserver(repaint).observe(panel);
  if (!isPlaying) { for (let t = 0; t < steps; t++) step(); }
  let last = performance.now();
  everyFrame((now) => {
    if (panel.hidden) return void (last = now);
    const due = (now - last) * speed.valueAsNumber / 1000;
    const count = Math.min(8, Math.floor(due)); // after a long wait it goes on from now
    if (count > 0) last = now;
    if (isPlaying) { for (let i = 0; i < count; i++) step(); }
    raster.draw();
    traces.draw();
  });
}
