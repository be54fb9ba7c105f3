import { fail, showCount, takeCount } from "@spikeloop/errors";
import type { OperationCounts } from "@spikeloop/functional";
import { key, split } from "@spikeloop/random";
import { evaluateActor } from "../evaluate_actor.ts";
import { say } from "../files/say.ts";
import { meanOf } from "../mean_of.ts";
import { valueOf, type Words } from "./parse_words.ts";
import { prepareRun } from "./prepare_run.ts";
import { findSeedRuns } from "./run_folder.ts";
import { rangeOf } from "./statistics.ts";
import { recordEpisode } from "../report/record_episode.ts";
import { energyVerdict, operationRows, policyOperations } from "../report/policy_operations.ts";
import { readBest } from "./write_report.ts";

/** Runs episodes with the best actors: `spikeloop evaluate`. */
export async function evaluateCommand(words: Words): Promise<number> {
  const { plain, options } = words;
  if (plain.length === 0) fail("evaluate", "the folder of a run is missing");
  const number = (name: string, least: number, missing: number) =>
    takeCount("evaluate", name, valueOf(words, name) ?? missing, least);
  const [episodes, seed] = [number("episodes", 1, 100), number("seed", 0, 1_000_000)];
  for (const run of findSeedRuns(...plain)) {
    const prepared = await prepareRun(run.config, run.seed);
    const best = readBest(run, prepared);
    const { makeEnvironment: environment } = prepared;
    const returns = await evaluateActor({ ...best, environment, episodes, key: key(seed) });
    const [showKey, countKey] = split(key(seed));
    const { observations } = await recordEpisode(best, environment(), showKey);
    const operations = await policyOperations(best, observations, countKey);
    const mean = meanOf(returns);
    const deviation = Math.sqrt(meanOf(returns.map((x) => (x - mean) ** 2)));
    const [least, most] = rangeOf(returns);
    const line = options.has("json")
      ? JSON.stringify({ folder: run.folder, seed: run.seed, mean, deviation, returns, operations })
      : `${run.folder}: mean ${mean.toFixed(1)}, standard deviation ${deviation.toFixed(1)}, ` +
        `from ${least.toFixed(1)} to ${most.toFixed(1)}, ` +
        showCount(episodes, "episode");
    say(`${line}\n`, undefined);
    if (operations !== undefined && !options.has("json")) say(operationText(operations), undefined);
  }
  return 0;
}

/** The operations of an actor as text. */
function operationText(counts: OperationCounts): string {
  const table = [["per action", "spiking", "without spikes"], ...operationRows(counts)];
  const lines = table.map(([what, network, counterpart]) =>
    `  ${what.padEnd(44)}${network.padStart(12)}${counterpart.padStart(16)}`
  );
  return `${lines.join("\n")}\n  ${energyVerdict(counts)}\n`;
}
