import { join } from "node:path";
import { fail } from "@spikeloop/errors";
import { learningCurvePlot } from "@spikeloop/plot";
import { meanOf } from "../mean_of.ts";
import { readLog } from "./log.ts";
import { fileNames, findSeedRuns } from "./run_folder.ts";
import { bootstrapInterval, permutationTest, rangeOf } from "./statistics.ts";

/** The number of a seed that is compared: its best evaluation, or its last one. */
export type Measure = "best" | "last";

/** A folder with the folders of seeds, and its name in tables; the path if missing. */
export interface RunPath {
  /** The path of the folder. */
  readonly path: string;
  /** The name of the run. */
  readonly name?: string;
}

/** The evaluations of one seed: pairs of step and mean return. */
interface SeedCurve {
  readonly seed: number;
  readonly steps: number;
  readonly points: readonly (readonly [step: number, mean: number])[];
}

/** Runs that differ by their seeds alone. */
export interface RunFigures {
  /** The name of the run. */
  readonly name: string;
  /** The environment, as the command line names it. */
  readonly env: string;
  /** The seeds that have been evaluated. */
  readonly seeds: readonly number[];
  /** The steps that all seeds have done at least. */
  readonly steps: number;
  /** The compared number of every seed. */
  readonly values: readonly number[];
  /** The mean of them. */
  readonly mean: number;
  /** The bootstrapped interval of the mean, at 95 %. */
  readonly interval: readonly [low: number, high: number];
  /** The mean over the seeds of their last evaluations. */
  readonly last: number;
  /** The p-value of the difference to the first run of the same environment; none for itself. */
  readonly p: number | undefined;
  /** The evaluations of every seed. */
  readonly curves: readonly {
    /** The steps of evaluations. */
    readonly x: readonly number[];
    /** Their mean returns. */
    readonly y: readonly number[];
  }[];
}

/**
 * Reads the runs in folders, and compares those of one environment with the first of them. Seeds
 * without an evaluation don't count.
 *
 * @throws {Error} if a folder has no run, or the seeds in it are of different environments.
 */
export function compareRuns(
  folders: readonly RunPath[],
  measure: Measure,
): RunFigures[] {
  const first = new Map<string, readonly number[]>();
  return folders.flatMap(({ path, name = path }) => {
    const runs = findSeedRuns(path);
    const [env, ...others] = new Set(runs.map(({ config }) => config.env));
    if (others.length > 0) {
      const found = [env, ...others].join(", ");
      fail(`compare ${path}`, `its seeds are of different environments, ${found}`, Error);
    }
    const curves = runs.map(curveOf).filter(({ points }) => points.length > 0);
    if (curves.length === 0) return [];
    const values = curves.map(({ points }) => {
      const means = points.map(([, mean]) => mean);
      return measure === "best" ? rangeOf(means)[1] : means[means.length - 1];
    });
    const other = first.get(env);
    if (other === undefined) first.set(env, values);
    return [{
      name,
      env,
      seeds: curves.map(({ seed }) => seed),
      steps: Math.min(...curves.map(({ steps }) => steps)),
      values,
      mean: meanOf(values),
      interval: bootstrapInterval(values),
      last: meanOf(curves.map(({ points }) => points[points.length - 1][1])),
      p: other && permutationTest(other, values),
      curves: curves.map(({ points }) => ({
        x: points.map(([step]) => step),
        y: points.map(([, mean]) => mean),
      })),
    }];
  });
}

function curveOf({ folder, seed }: { readonly folder: string; readonly seed: number }): SeedCurve {
  const records = readLog(join(folder, fileNames.log));
  return {
    seed,
    steps: records.at(-1)?.step ?? 0,
    points: records.flatMap((r) => r.type === "evaluation" ? [[r.step, r.mean] as const] : []),
  };
}

/** Writes a number for a table, with a minus sign. */
export const showNumber = (x: number): string =>
  x.toFixed(Math.abs(x) < 100 ? 1 : 0).replace("-", "−");

/** The figures as a table of Markdown. */
export function comparisonTable(figures: readonly RunFigures[], measure: Measure): string {
  const rows = figures.map(({ name, env, seeds, steps, mean, interval, last, p }) => [
    name,
    env,
    String(seeds.length),
    steps.toLocaleString("en-US"),
    showNumber(mean),
    seeds.length > 1 ? `${showNumber(interval[0])} to ${showNumber(interval[1])}` : "–",
    showNumber(last),
    p === undefined ? "–" : `${p.toFixed(3)}${p > 0.05 ? ", not significant" : ""}`,
  ]);
  const head = [
    "run",
    "environment",
    "seeds",
    "steps",
    `mean of the ${measure}`,
    "95 %",
    "last",
    "p",
  ];
  const ruler = ["---", "---", "---:", "---:", "---:", "---:", "---:", "---"];
  return `${[head, ruler, ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n")}\n`;
}

/** The curves of runs of one environment, as SVG. */
export function comparisonPlot(figures: readonly RunFigures[]): string {
  return learningCurvePlot(figures, {
    title: figures[0].env,
    xLabel: "step of the environment",
    yLabel: "return, 95 % of the mean",
    spread: bootstrapInterval,
  });
}
