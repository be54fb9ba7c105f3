import * as fs from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { showCount } from "@spikeloop/errors";
import { say, standardError } from "../files/say.ts";
import type { StopSignals } from "../files/stop_signals.ts";
import { TrainingProgress } from "../report/training_progress.ts";
import { showNumber } from "./compare_runs.ts";
import { readLog } from "./log.ts";
import { fileNames, type SeedRun } from "./run_folder.ts";
import type { SeedProgress } from "./run_seed.ts";

/**
 * Shows the progress of all seeds: as one bar on a terminal, as plain lines elsewhere, or as a line
 * of JSON for every record.
 */
export class SeedsProgress {
  readonly #runs: readonly SeedRun[];
  readonly #stop: StopSignals;
  readonly #json: boolean;
  readonly #bar: TrainingProgress;
  readonly #steps: Map<SeedRun, number>;
  readonly #wasDone: boolean;

  /** Says which runs there are. */
  constructor(
    runs: readonly SeedRun[],
    { json, stop }: { readonly json: boolean; readonly stop: StopSignals },
  ) {
    [this.#runs, this.#json, this.#stop] = [runs, json, stop];
    const all = runs.reduce((sum, { config }) => sum + config.steps, 0);
    this.#steps = new Map(runs.map((run) => [run, stepsDone(run)]));
    this.#wasDone = runs.every((run) => Number(this.#steps.get(run)) >= run.config.steps);
    const isTerminal = process.stdout.isTTY ?? false;
    this.#bar = new TrainingProgress(all, isTerminal, (text) => say(text, stop), this.#sum());
    if (json) return;
    const [{ config }] = runs;
    const seeds = `seed${runs.length > 1 ? "s" : ""} ${runs.map(({ seed }) => seed).join(", ")}`;
    const steps = showCount(config.steps, "step");
    say(`Training ${config.algo} on ${config.env}: ${steps}, ${seeds}.\n`, stop);
  }

  /** Shows a message of a seed's process. */
  update(run: SeedRun, { step, return: value, record }: SeedProgress): void {
    if (this.#json) {
      if (record === undefined) return;
      const line = { seed: run.seed, folder: run.folder, ...record };
      return say(`${JSON.stringify(line)}\n`, this.#stop);
    }
    this.#steps.set(run, step);
    this.#bar.update(this.#sum(), value, this.#runs.length > 1 ? `seed ${run.seed}` : "");
  }

  /** The steps of all seeds so far. */
  #sum(): number {
    return [...this.#steps.values()].reduce((a, b) => a + b, 0);
  }

  /** Shows an error of a seed's process. */
  complain({ seed }: SeedRun, message: string): void {
    say(`seed ${seed}: ${message}\n`, undefined, standardError);
  }

  /** Says how it ended. */
  end(status: number, out: string): void {
    if (this.#json) return;
    this.#bar.end();
    if (status === 0) {
      const hint = this.#wasDone ? "; no step was left, --steps N trains longer" : "";
      const results = this.#runs.map((run) => resultOf(run)).join("");
      return say(`Done: ${out}${hint}\n${results}`, this.#stop);
    }
    if (this.#stop.status === undefined) return;
    say(`Stopped. All is saved; go on with: spikeloop resume ${out}\n`, this.#stop);
  }
}

/** The best and the last evaluation of a run, in a line; empty if there is none. */
export function resultOf({ folder, seed }: SeedRun): string {
  const all = readLog(join(folder, fileNames.log)).filter((record) => record.type === "evaluation");
  // Of equal ones the later, as in best.safetensors.
  const best = all.reduce<typeof all[number] | undefined>(
    (a, b) => a === undefined || b.mean >= a.mean ? b : a,
    undefined,
  );
  const last = all.at(-1);
  if (best === undefined || last === undefined) return "";
  const show = ({ mean, step }: typeof best) => `${showNumber(mean)} at step ${step}`;
  return `  seed ${seed}: best evaluation ${show(best)}, last ${show(last)}\n`;
}

/**
 * The steps of its configuration that a run has done. One without its state starts afresh, whatever
 * its log says.
 */
export function stepsDone({ folder, config }: SeedRun): number {
  if (!fs.existsSync(join(folder, fileNames.state))) return 0;
  return Math.min(readLog(join(folder, fileNames.log)).at(-1)?.step ?? 0, config.steps);
}
