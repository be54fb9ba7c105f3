import { availableParallelism } from "node:os";
import process from "node:process";
import { showCount } from "@spikeloop/errors";
import type { OperationCounts } from "@spikeloop/functional";
import {
  histogramPlot,
  lateralWeightPlot,
  linePlot,
  rasterPlot,
  type Series,
  tracePlot,
} from "@spikeloop/plot";
import type { Tensor } from "@spikeloop/tensor";
import { meanOf } from "../mean_of.ts";
import { version } from "../version.ts";
import {
  card,
  escapeHtml,
  figure,
  reportStyle,
  section,
  settingRows,
  table,
} from "./page_parts.ts";
import { renderPlayer } from "./player.ts";
import { energyVerdict, operationRows } from "./policy_operations.ts";
import { type RecordedEpisode, shownSteps } from "./record_episode.ts";
import { makeScene } from "./scenes.ts";

/** Pairs of step and value. */
export type Points = readonly (readonly [step: number, value: number])[];

/** The returns and losses during training. */
export interface LearningCurve {
  /** The returns of training episodes, with exploration. */
  readonly episodes: Points;
  /** The mean returns of tests, without exploration. */
  readonly tests: Points;
  /** Losses by name; none if missing. */
  readonly losses?: Readonly<Record<string, Points>>;
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
  /** The numbers during training. */
  readonly curve: LearningCurve;
  /** One episode of the trained actor. */
  readonly recording: RecordedEpisode;
  /** One episode from the same start before training. */
  readonly recordingBefore: RecordedEpisode;
  /** The operations of the actor in that episode; none where nothing spikes. */
  readonly operations?: OperationCounts;
  /** The lateral weights of the output population; none without them. */
  readonly lateralWeight?: Tensor;
  /** All settings: options by name, which may nest. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The lines of the picture of that episode; those of its actions if missing. */
  readonly signals?: readonly Series[];
  /** A sentence about the returns. */
  readonly note?: string;
}

const minus = (text: string) => text.replaceAll("-", "−");
const time = "step of the environment";

/** The points of a list, at most a thousand of them. */
function seriesOf(name: string, points: Points, options: Partial<Series> = {}): Series {
  const every = Math.ceil(points.length / 1000);
  const some = points.filter((_, i) => i % every === 0);
  return { name, x: some.map(([x]) => x), y: some.map(([, y]) => y), ...options };
}

/** Components of actions or observations, some of them if there are many. */
function components(name: string, rows: readonly (readonly number[])[]): Series[] {
  return rows[0].slice(0, 6).map((_, i) => ({
    name: rows[0].length === 1 ? name : `${name} ${i + 1}`,
    y: rows.map((row) => row[i]),
  }));
}

/** Two episodes as pictures that move, or as lines where the task has no drawing. */
function episodes({ environment, recordingBefore, recording }: ReportFigures): string {
  const [before, after] = [recordingBefore, recording].map((one, i) => ({
    scene: makeScene(environment, one),
    recording: one,
    caption: `${i === 0 ? "Before" : "After"} training: return ${minus(one.total.toFixed(1))}.`,
  }));
  if (before.scene && after.scene) {
    return `<p>${after.scene.words}</p>${
      renderPlayer([
        { scene: before.scene, caption: before.caption },
        { scene: after.scene, caption: after.caption },
      ])
    }`;
  }
  const lines = [before, after].map(({ recording, caption }) =>
    figure(linePlot(components("observation", recording.observations), { xLabel: time }), caption)
  );
  return `<div class="pair">${lines.join("")}</div>`;
}

function learning({ curve, note = "" }: ReportFigures): string[] {
  const { episodes, tests, losses = {} } = curve;
  const returns = linePlot([
    seriesOf("training episode", episodes, { points: true }),
    seriesOf("test", tests),
  ], { title: "Learning curve", xLabel: time, yLabel: "return" });
  const caption =
    `A dot is the return of an episode in which the actor explored. The line is the ` +
    `mean return of tests without exploration. ${note}`;
  const pictures = Object.entries(losses).filter(([, points]) => points.length > 0).map(
    ([name, points]) =>
      figure(
        linePlot([seriesOf(name, points)], { title: name, xLabel: time, yLabel: "loss" }),
        lossCaptions[name] ?? "A number that the algorithm makes small, or reports, as it learns.",
      ),
  );
  return [`<div class="pair">${[figure(returns, caption), ...pictures].join("")}</div>`];
}

/** Says what losses mean. */
const lossCaptions: Readonly<Record<string, string>> = {
  criticLoss: "How wrong the critics are about future returns. It may grow while returns grow.",
  actorLoss: "Minus the return that the critics expect of the actor's actions.",
};

/** The spikes of the first steps, layer by layer. */
function rasters({ recording: { layers, actions } }: ReportFigures): string[] {
  const pictures = layers.filter(({ spikes }) => spikes.length > 0).map((one) => {
    const T = one.spikes.length / Math.min(actions.length, shownSteps);
    const units = Math.min(one.spikes[0].length, mostUnits);
    const title = `Spikes: ${one.layer.replace(/ \(.*/, "")}`;
    const more = one.spikes[0].length > units ? ` The first ${units} units are shown.` : "";
    return figure(
      rasterPlot(one.spikes.map((row) => row.subarray(0, units)), {
        title,
        xLabel: time,
        stepsPerUnit: T,
      }),
      `${words(one.layer)} fires at ${(100 * one.rate).toFixed(1)} % of the time steps.${more}`,
    );
  });
  return [`<div class="pair">${pictures.join("")}</div>`];
}

/** Says what a layer does. */
function words(layer: string): string {
  if (layer === "encoder") {
    return "Every number of the observation has units of its own, each for another value; the " +
      "nearer the number, the more it fires. On average a unit";
  }
  return layer === "output"
    ? "The action is read from these spikes. On average a unit"
    : "A hidden layer hears the layer before it. On average a unit";
}

/** The most units of a layer that are drawn. */
const mostUnits = 64;

function rates({ recording: { layers } }: ReportFigures): string {
  const own = layers.filter(({ layer }) => layer !== "encoder");
  const values = own.flatMap(({ unitRates }) => unitRates);
  const silent = values.filter((rate) => rate === 0).length;
  return figure(
    histogramPlot(values, {
      title: "Firing rates of all units",
      xLabel: "spikes per time step",
      yLabel: "units",
    }),
    `How many of the ${values.length} units fire how often over the whole episode; ${silent} of ` +
      "them never do.",
  );
}

/** The part about the neurons; empty where nothing spikes. */
function neurons(figures: ReportFigures): string {
  const { recording: { spikes, membranes, actions }, lateralWeight } = figures;
  if (spikes.length === 0) return "";
  const T = spikes.length / actions.length;
  const traceLength = Math.min(membranes.length, shownSteps * T);
  const trace = traceLength === 0 ? "" : figure(
    tracePlot(membranes.slice(0, traceLength), {
      title: "Membranes: output",
      xLabel: time,
      yLabel: "unit",
      threshold: 0.5,
      stepsPerUnit: T,
      height: 480,
      spikes: spikes.slice(0, traceLength),
    }),
    "The membrane of every output unit gathers what it hears, and leaks. Where it reaches the " +
      "dashed line, the unit fires and starts again.",
  );
  const weights = lateralWeight === undefined ? "" : figure(
    lateralWeightPlot({ weight: lateralWeight }, { title: "Lateral weights" }),
    "How strongly the output units hear each other one time step later. A spike along a positive " +
      "weight brings the other unit nearer to firing, along a negative one farther from it.",
  );
  const stepsEach = showCount(T, "time step");
  return section(
    "What its neurons do",
    `Every observation enters a network of spiking neurons, which runs ${stepsEach} for each ` +
      "action. A mark is a spike: a neuron sends a 1 to those that hear it, and is silent otherwise.",
    [...rasters(figures), `<div class="pair">${trace}${rates(figures)}${weights}</div>`],
  );
}

/** Renders a page about a run of training. It loads nothing from elsewhere. */
export function renderReport(figures: ReportFigures): string {
  const { environment, seed, steps, seconds, before, after, recording, operations } = figures;
  const { signals = components("action", recording.actions) } = figures;
  const isSpiking = recording.spikes.length > 0;
  const title = `${isSpiking ? "A spiking actor" : "An actor"} learns ${escapeHtml(environment)}`;
  const returns = (values: readonly number[]) => minus(meanOf(values).toFixed(1));
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${reportStyle}</style></head><body><main>
<h1>${title}</h1>
<p class="lead">${escapeHtml(figures.method)}. It acted ${steps.toLocaleString("en-US")} times in ${
    seconds.toFixed(0)
  } seconds and learned from the rewards alone; the sum of rewards of an episode is its return.</p>
<div class="cards">
${card(`mean return before training, ${showCount(before.length, "episode")}`, returns(before))}
${card(`mean return after training, ${showCount(after.length, "other episode")}`, returns(after))}
${
    card(
      "worst and best after training",
      [Math.min(...after), Math.max(...after)].map((x) => minus(x.toFixed(0))).join(" / "),
    )
  }
</div>
${
    section("Before and after", "Two episodes from the same start, without exploration.", [
      episodes(figures),
    ])
  }
${
    section(
      "How it learned",
      "The actor is tested now and then; this report shows the one with the best test.",
      learning(figures),
    )
  }
${
    section("What it does", "The actor decides anew at every step, from what it observes.", [
      figure(
        linePlot(signals, { title: "The episode after training", xLabel: time }),
        signals.length > 1
          ? "What the actor decides, and what comes of it."
          : "What the actor decides at every step.",
      ),
    ])
  }
${neurons(figures)}
${
    operations === undefined ? "" : section(
      "What an action costs",
      `${energyVerdict(operations)} An estimate is arithmetic on published costs, no measurement.`,
      [table([["per action", "spiking", "without spikes"], ...operationRows(operations)], true)],
    )
  }
${
    section("Settings", "With these, the same version computes the same bits on the CPU.", [
      table([
        ["setting", "value"],
        ...settingRows({ seed, steps, ...figures.settings }),
        ["Spikeloop", version],
        ["machine", machine()],
      ]),
    ])
  }
</main></body></html>
`;
}

/** The machine and the runtime of this program. */
function machine(): string {
  const { userAgent = `Node ${process.version}` } =
    (globalThis as { navigator?: { userAgent?: string } })
      .navigator ?? {}; // Node 20 has no navigator
  const cores = showCount(availableParallelism(), "core");
  return `${userAgent}, ${process.platform} ${process.arch}, ${cores}`;
}
