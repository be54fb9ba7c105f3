import { linePlot, rasterPlot, type Series, tracePlot } from "@spikeloop/plot";
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
  /** The name of the actor and its algorithm. */
  readonly method: string;
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
  /** The lines of the picture of that episode; those of its actions if missing. */
  readonly signals?: readonly Series[];
  /** A sentence about the returns. */
  readonly note?: string;
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

/** The components of the actions, some of them if there are many. */
function actionSignals({ actions }: Recording): Series[] {
  return actions[0].slice(0, 6).map((_, i) => ({
    name: actions[0].length === 1 ? "action" : `action ${i + 1}`,
    y: actions.map((action) => action[i]),
  }));
}

/** Renders a page about a run of training. It loads nothing from elsewhere. */
export function renderReport(figures: ReportFigures): string {
  const { method, environment, seed, steps, seconds, before, after, curve, recording } = figures;
  const { signals = actionSignals(recording), note = "" } = figures;
  const T = recording.spikes.length / recording.actions.length;
  const isSpiking = T > 0;
  const [x, y] = [0, 1].map((i) => (pairs: [number, number][]) => pairs.map((p) => p[i]));
  const learning = linePlot([
    { name: "training episode", x: x(curve.episodes), y: y(curve.episodes), points: true },
    { name: "test without exploration", x: x(curve.tests), y: y(curve.tests) },
  ], { title: "Learning curve", xLabel: "step of the environment", yLabel: "episode return" });
  const raster = isSpiking && rasterPlot(recording.spikes, {
    title: "Spikes of the output population",
    xLabel: "step of the environment",
    stepsPerUnit: T,
    height: 240,
  });
  const traceLength = Math.min(recording.membranes.length, 60 * T);
  const traces = traceLength > 0 && tracePlot(recording.membranes.slice(0, traceLength), {
    title: "Membranes of the output population, the first 60 steps",
    xLabel: "step of the environment",
    yLabel: "unit",
    threshold: 0.5,
    spikes: recording.spikes.slice(0, traceLength),
    stepsPerUnit: T,
    height: 460,
  });
  const control = linePlot(signals, {
    title: signals.map(({ name }) => name).join(", "),
    xLabel: "step of the environment",
    yLabel: "value",
  });
  const rates = recording.rates.map(({ layer, rate }) =>
    `<tr><td>${layer}</td><td>${(100 * rate).toFixed(1)} %</td></tr>`
  );
  const title = `${isSpiking ? "A spiking actor" : "An actor"} learns ${environment}`;
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${style}</style></head><body>
<h1>${title}</h1>
<p class="lead">${method}: ${steps} steps, seed ${seed}, ${seconds.toFixed(0)} s.</p>
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
      `${note}The figures above and the pictures below are of the actor with the best test.`,
    )
  }
${figure(control, `One episode of the trained actor, return ${minus(recording.total.toFixed(1))}.`)}
${
    raster
      ? figure(
        raster,
        `Every mark is a spike. Each step of the environment is ${T} time steps of the network.`,
      )
      : ""
  }
${
    traces
      ? figure(
        traces,
        "The membrane after each time step. The dashed line is the threshold. A unit that fires is reset.",
      )
      : ""
  }
${
    isSpiking
      ? `<h2>Firing rates</h2><p>The share of units that fire per time step, over that episode.</p>
<table><tr><th>layer</th><th>rate</th></tr>${rates.join("")}</table>`
      : ""
  }
</body></html>
`;
}
