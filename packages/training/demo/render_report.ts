import { linePlot, rasterPlot, tracePlot } from "@spikeloop/plot";
import type { Recording } from "./record_episode.ts";

/** The returns during training, as pairs of step and return. */
export interface LearningCurve {
  /** The returns of training episodes, with exploration. */
  readonly episodes: [number, number][];
  /** The mean returns of tests, without exploration. */
  readonly tests: [number, number][];
}

/** The contents of the report. */
export interface ReportFigures {
  /** The name of the task. */
  readonly environment: string;
  /** The seed of all random numbers. */
  readonly seed: number;
  /** Steps of training. */
  readonly steps: number;
  /** The duration of training. */
  readonly seconds: number;
  /** Returns before training. */
  readonly before: readonly number[];
  /** Returns after training. */
  readonly after: readonly number[];
  /** The returns during training. */
  readonly curve: LearningCurve;
  /** One episode of the trained actor. */
  readonly recording: Recording;
}

const style = `
  :root { color-scheme: light dark; --paper: #fff; --ink: #1f2933; --soft: #616e7c; --card: #f5f7fa; }
  @media (prefers-color-scheme: dark) { :root { --paper: #14181d; --ink: #e4e7eb; --soft: #9aa5b1; --card: #1f262e; } }
  body { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; max-width: 780px; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.6rem; margin-bottom: 0; } p.lead { color: var(--soft); margin-top: .3rem; }
  .figures { display: flex; gap: 1rem; flex-wrap: wrap; margin: 1.5rem 0; }
  .figures div { background: var(--card); border-radius: 10px; padding: .8rem 1.2rem; flex: 1 1 9rem; }
  .figures b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
  figure { margin: 2rem 0; } figcaption { color: var(--soft); font-size: .9rem; } svg { max-width: 100%; height: auto; }
  table { border-collapse: collapse; font-variant-numeric: tabular-nums; } td, th { text-align: left; padding: .25rem 1.5rem .25rem 0; }`;

const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;
const minus = (text: string) => text.replace("-", "−");
const figure = (svg: string, caption: string) =>
  `<figure>${svg}<figcaption>${caption}</figcaption></figure>`;
const card = (label: string, value: string) => `<div><b>${value}</b>${label}</div>`;

/** The angle of the pole over time, with a gap where it passes the lowest point. */
function anglesOf(observations: Recording["observations"]): { x: number[]; y: number[] } {
  const [x, y]: [number[], number[]] = [[], []];
  observations.forEach(([cos, sin], t) => {
    const angle = Math.atan2(sin, cos);
    if (t > 0 && Math.abs(angle - y[y.length - 1]) > Math.PI) {
      x.push(t - 0.5);
      y.push(NaN);
    }
    x.push(t);
    y.push(angle);
  });
  return { x, y };
}

/** Renders a page about a run of training. It loads nothing from elsewhere. */
export function renderReport(figures: ReportFigures): string {
  const { environment, seed, steps, seconds, before, after, curve, recording } = figures;
  const T = recording.spikes.length / recording.actions.length;
  const [x, y] = [0, 1].map((i) => (pairs: [number, number][]) => pairs.map((p) => p[i]));
  const learning = linePlot([
    { name: "training episode", x: x(curve.episodes), y: y(curve.episodes), points: true },
    { name: "test without exploration", x: x(curve.tests), y: y(curve.tests) },
  ], { title: "Learning curve", xLabel: "step of the environment", yLabel: "episode return" });
  const angle = anglesOf(recording.observations);
  const raster = rasterPlot(recording.spikes, {
    title: "Spikes of the output population",
    xLabel: "step of the environment",
    stepsPerUnit: T,
    height: 240,
  });
  const traceLength = Math.min(recording.membranes.length, 60 * T);
  const traces = tracePlot(recording.membranes.slice(0, traceLength), {
    title: "Membranes of the output population, the first 60 steps",
    xLabel: "step of the environment",
    yLabel: "unit",
    threshold: 0.5,
    spikes: recording.spikes.slice(0, traceLength),
    stepsPerUnit: T,
    height: 460,
  });
  const control = linePlot([
    { name: "torque", y: recording.actions },
    { name: "angle from upright (radians)", ...angle },
  ], { title: "Torque and angle", xLabel: "step of the environment", yLabel: "torque, angle" });
  const rates = recording.rates.map(({ layer, rate }) =>
    `<tr><td>${layer}</td><td>${(100 * rate).toFixed(1)} %</td></tr>`
  );
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>A spiking actor learns ${environment}</title><style>${style}</style></head><body>
<h1>A spiking actor learns ${environment}</h1>
<p class="lead">ILC-SAN trained by TD3 with surrogate gradients: ${steps} steps, seed ${seed}, ${
    seconds.toFixed(0)
  } s.</p>
<div class="figures">
${card(`mean return before (${before.length} fresh episodes)`, minus(mean(before).toFixed(1)))}
${card(`mean return after (${after.length} fresh episodes)`, minus(mean(after).toFixed(1)))}
${
    card(
      "worst and best after",
      `${minus(Math.min(...after).toFixed(0))} / ${minus(Math.max(...after).toFixed(0))}`,
    )
  }
</div>
${
    figure(
      learning,
      "Random actions return about −1,200; swinging up the pole from any start and holding it returns about −150. The figures above and the pictures below are of the actor with the best test.",
    )
  }
${figure(control, `One episode of the trained actor, return ${minus(recording.total.toFixed(1))}.`)}
${
    figure(
      raster,
      `Every mark is a spike. Each step of the environment is ${T} time steps of the network.`,
    )
  }
${
    figure(
      traces,
      "The membrane after each time step. The dashed line is the threshold. A unit that fires is reset.",
    )
  }
<h2>Firing rates</h2><p>The share of units that fire per time step, over that episode.</p>
<table><tr><th>layer</th><th>rate</th></tr>${rates.join("")}</table>
</body></html>
`;
}
