import * as fs from "node:fs";
import { join } from "node:path";
import { key as makeKey, split } from "@spikeloop/random";
import type { Policy } from "../act.ts";
import { readCheckpoint } from "../checkpoint.ts";
import { evaluateActor } from "../evaluate_actor.ts";
import { writeFile } from "../files/write_file.ts";
import { lossesOf } from "../report/losses.ts";
import { lateralWeightOf, policyOperations } from "../report/policy_operations.ts";
import { recordEpisode } from "../report/record_episode.ts";
import { renderReport } from "../report/render_report.ts";
import { trainer } from "../trainer/trainer.ts";
import { readLog } from "./log.ts";
import type { PreparedRun } from "./prepare_run.ts";
import { fileNames, readBytes, type SeedRun } from "./run_folder.ts";

/** The episodes that judge an actor in a report. */
const episodes = 10;

/**
 * Reads the best actor of a run.
 *
 * @throws {Error} if there is none yet, or it does not fit the configuration.
 */
export function readBest({ folder }: SeedRun, { agent }: PreparedRun): Policy {
  const path = join(folder, fileNames.best);
  if (!fs.existsSync(path)) {
    throw new Error(`Cannot read ${path}: there is none before the first evaluation of a run`);
  }
  const { actor } = agent;
  return { actor, ...readBytes(path, (bytes) => readCheckpoint(bytes, actor)) };
}

/** Writes the report of a run, of its log and its best actor. */
export async function writeReport(run: SeedRun, prepared: PreparedRun): Promise<string> {
  const { folder, config, seed } = run;
  const { makeEnvironment: environment } = prepared;
  const records = readLog(join(folder, fileNames.log));
  const best = readBest(run, prepared);
  // The fourth part of the key: a trainer uses the three others.
  const [before, after, show] = split(split(makeKey(seed), 4)[3], 3);
  const initial = trainer(prepared.options).policy;
  const [recordingBefore, recording] = [
    await recordEpisode(initial, environment(), show),
    await recordEpisode(best, environment(), show),
  ];
  const { name } = environment();
  const page = renderReport({
    method: `${prepared.agent.actor.kind} trained by ${prepared.agent.name}`,
    environment: name,
    seed,
    steps: records.at(-1)?.step ?? config.steps,
    seconds: records.at(-1)?.seconds ?? 0,
    before: await evaluateActor({ ...initial, environment, episodes, key: before }),
    after: await evaluateActor({ ...best, environment, episodes, key: after }),
    curve: {
      episodes: records.flatMap((r) => r.type === "episode" ? [[r.step, r.return]] : []),
      tests: records.flatMap((r) => r.type === "evaluation" ? [[r.step, r.mean]] : []),
      losses: lossesOf(records),
    },
    recordingBefore,
    recording,
    operations: await policyOperations(best, recording.observations, show),
    lateralWeight: lateralWeightOf(best),
    settings: { ...config },
  });
  const path = join(folder, fileNames.report);
  writeFile(path, page);
  return path;
}
