import * as fs from "node:fs";
import { join } from "node:path";
import { fail, takeCount } from "@spikeloop/errors";
import { StopSignals } from "../files/stop_signals.ts";
import { lockFolder } from "../files/lock_folder.ts";
import { writeFile } from "../files/write_file.ts";
import { checkOwnEnvironment, loadEnvironment } from "./environments.ts";
import { takeTrainerOptions } from "../trainer/take_trainer_options.ts";
import { openDevice } from "./open_device.ts";
import { parseValue, valueOf, type Words } from "./parse_words.ts";
import { prepareRun } from "./prepare_run.ts";
import type { Plain } from "../make_actor.ts";
import { plainNames, recordNames, type RunConfig, takeRunConfig, withValue } from "./run_config.ts";
import {
  fileNames,
  findSeedRuns,
  pathName,
  readJson,
  seedFolder,
  type SeedRun,
  showConfig,
} from "./run_folder.ts";
import { runSeeds } from "./run_seeds.ts";
import { SeedsProgress } from "./seeds_progress.ts";

/** Trains: `spikeloop train`. */
export async function trainCommand(words: Words): Promise<number> {
  const { plain, options, list } = words;
  if (plain.length > 0) {
    const meant = list ?? (plain.length === 1 ? `--env ${plain[0]}` : undefined);
    const help = meant === undefined ? "" : `; did you mean ${meant}?`;
    fail("train", `${plain.join(" ")} belongs to no option${help}`);
  }
  if (options.has("seed") && options.has("seeds")) {
    fail("train", "--seed and --seeds name seeds, expected one of them");
  }
  const path = options.get("config");
  const { config, seeds } = takeRunConfig(withOptions(
    path === undefined ? {} : readJson(String(path)),
    options,
  ));
  const out = String(options.get("out") ?? `runs/${pathName(config.env)}`);
  const runs = seeds.map((seed) => ({ folder: seedFolder(out, seed), config, seed }));
  for (const { folder } of runs) requireFree(folder, out);
  takeProcesses(words);
  await checkConfig(config, runs[0].seed);
  // So resume finds seeds, too, that have never begun.
  for (const { folder, seed } of runs) {
    const lock = await lockFolder(folder);
    try {
      requireFree(folder, out); // Another process may have come first.
      writeFile(join(folder, fileNames.config), showConfig(config, seed));
    } finally {
      lock.release();
    }
  }
  return await run(runs, false, words, out);
}

/** Refuses the folder of a seed that has a run. */
function requireFree(folder: string, out: string): void {
  if (!fs.existsSync(join(folder, fileNames.config))) return;
  const help = `go on with \`spikeloop resume ${out}\`, or give another --out`;
  fail(`train in ${out}`, `${folder} has a run already; ${help}`, Error);
}

/** Goes on with runs: `spikeloop resume`. */
export async function resumeCommand(words: Words): Promise<number> {
  const { plain } = words;
  if (plain.length === 0) fail("resume", "the folder of a run is missing, such as runs/pendulum");
  const steps = valueOf(words, "steps");
  const found = findSeedRuns(...plain);
  const runs = steps === undefined ? found : found.map(({ config, ...rest }) => ({
    ...rest,
    config: { ...config, steps: takeCount("resume", "steps", steps) },
  }));
  for (const { config, seed } of runs) await checkConfig(config, seed);
  return await run(runs, true, words, plain.join(" "));
}

/** Finds mistakes before any process starts. */
async function checkConfig(config: RunConfig, seed: number): Promise<void> {
  await checkOwnEnvironment(config.env, await loadEnvironment(config.env));
  const { options } = await prepareRun(config, seed);
  using device = await openDevice(config);
  takeTrainerOptions("train", { ...options, backend: device.backend });
}

/** The number of processes, where it is given. */
function takeProcesses(words: Words): number | undefined {
  const processes = valueOf(words, "processes");
  return processes === undefined ? undefined : takeCount("train", "processes", processes);
}

async function run(
  runs: readonly SeedRun[],
  resume: boolean,
  words: Words,
  out: string,
): Promise<number> {
  const processes = takeProcesses(words);
  const stop = new StopSignals();
  const progress = new SeedsProgress(runs, { json: words.options.has("json"), stop });
  try {
    const status = await runSeeds(runs, {
      resume,
      stop,
      processes,
      onProgress: (run, message) => progress.update(run, message),
      onError: (run, message) => progress.complain(run, message),
    });
    progress.end(status, out);
    return status;
  } finally {
    stop.close();
  }
}

/** Puts options of the command line over a configuration. */
function withOptions(config: Plain, options: Words["options"]): Plain {
  let result: Plain = config;
  for (const [name, text] of options) {
    const path = name.split(".");
    const isOwn = (plainNames as readonly string[]).includes(name) ||
      (recordNames as readonly string[]).includes(path[0]);
    if (!isOwn) continue;
    const isText = name === "seeds" || name === "env" || name === "algo";
    const value = text === true || isText ? text : parseValue(name, text);
    result = withValue(result, path, value);
    // The seeds of the command line stand for those of the file, by whichever name.
    if (name === "seeds") result = { ...result, seed: undefined };
    if (name === "seed") result = { ...result, seeds: undefined };
  }
  return result;
}
