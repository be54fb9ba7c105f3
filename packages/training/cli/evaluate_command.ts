import { fail, takeCount } from "@spikeloop/errors";
import { key } from "@spikeloop/random";
import { say } from "../files/stop_signals.ts";
import type { Words } from "./parse_words.ts";
import { prepareRun } from "./prepare_run.ts";
import { findSeedRuns } from "./run_folder.ts";
import { meanOf } from "./statistics.ts";
import { evaluatePolicy, readBest } from "./write_report.ts";

/** Runs episodes with the best actors: `spikeloop evaluate`. */
export async function evaluateCommand({ plain, options }: Words): Promise<number> {
  if (plain.length === 0) fail("evaluate", "the folder of a run is missing");
  const number = (name: string, least: number, missing: number) =>
    takeCount("evaluate", name, Number(options.get(name) ?? missing), least);
  const [episodes, seed] = [number("episodes", 1, 100), number("seed", 0, 1_000_000)];
  for (const run of plain.flatMap(findSeedRuns)) {
    const prepared = await prepareRun(run.config, run.seed);
    const returns = await evaluatePolicy(prepared, readBest(run, prepared), episodes, key(seed));
    const mean = meanOf(returns);
    const deviation = Math.sqrt(meanOf(returns.map((x) => (x - mean) ** 2)));
    const line = options.has("json")
      ? JSON.stringify({ folder: run.folder, seed: run.seed, mean, deviation, returns })
      : `${run.folder}: mean ${mean.toFixed(1)}, standard deviation ${deviation.toFixed(1)}, ` +
        `from ${Math.min(...returns).toFixed(1)} to ${Math.max(...returns).toFixed(1)}, ` +
        `${episodes} episodes`;
    say(`${line}\n`, undefined);
  }
  return 0;
}
