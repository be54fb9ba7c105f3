import * as fs from "node:fs";
import { join } from "node:path";
import { fail } from "@spikeloop/errors";
import { type FolderLock, lockFolder } from "../files/lock_folder.ts";
import type { StopSignals } from "../files/stop_signals.ts";
import { writeFile } from "../files/write_file.ts";
import { writeCheckpoint } from "../checkpoint.ts";
import type { TrainerEvent } from "../trainer/events.ts";
import { trainer } from "../trainer/trainer.ts";
import { LogFile, type LogRecord, readLog } from "./log.ts";
import { openDevice } from "./open_device.ts";
import { prepareRun } from "./prepare_run.ts";
import { fileNames, readBytes, type SeedRun, showConfig } from "./run_folder.ts";
import { EventFile } from "./tensorboard.ts";
import { writeReport } from "./write_report.ts";

/** The progress of a seed. */
export interface SeedProgress {
  /** The steps done. Environments side by side may go beyond the last one, which does not count. */
  readonly step: number;
  /** The return of the last episode or evaluation. */
  readonly return: number | undefined;
  /** The record that has just been logged. */
  readonly record?: LogRecord;
}

/** How to run a seed. */
export interface SeedOptions {
  /** Goes on where the run was, if it was anywhere; else a run that is there is an error. */
  readonly resume: boolean;
  readonly stop: StopSignals;
  readonly onProgress: (progress: SeedProgress) => void;
}

/**
 * Trains one seed in its folder, and leaves all its files there.
 *
 * @returns The steps that are done, at most those of the configuration.
 * @throws {Error} if another process writes to the folder, then or later, or a file cannot be
 * written.
 */
export async function runSeed(run: SeedRun, options: SeedOptions): Promise<number> {
  const lock = await lockFolder(run.folder);
  try {
    return await train(run, options, lock);
  } finally {
    lock.release();
  }
}

/** Only updates that were measured are logged: there is one update a step. */
const isLogged = (event: TrainerEvent) => event.type !== "update" || "saturated" in event;

async function train(
  run: SeedRun,
  { resume, stop, onProgress }: SeedOptions,
  lock: FolderLock,
): Promise<number> {
  const { folder, config, seed } = run;
  const path = (name: keyof typeof fileNames) => join(folder, fileNames[name]);
  const isSaved = fs.existsSync(path("state"));
  if (isSaved && !resume) {
    fail(`train in ${folder}`, "it has a run; resume it, or give this one another --out", Error);
  }
  const prepared = await prepareRun(config, seed);
  using device = await openDevice(config);
  // The log is safe before the state that counts on it.
  const save = (bytes: Uint8Array) => {
    lock.check();
    log.sync();
    writeFile(path("state"), bytes);
  };
  const all = {
    ...prepared.options,
    backend: device.backend,
    signal: stop.signal,
    checkpoint: { ...config.checkpoint, write: save },
  };
  const training = isSaved
    ? readBytes(path("state"), (bytes) => trainer.load(bytes, all))
    : trainer(all);
  writeFile(path("config"), showConfig(config, seed));
  // The state has the best actor too, so that its file may be lost or damaged.
  if (isSaved && training.best) writeFile(path("best"), writeCheckpoint(training.best));
  // A killed run has logged steps after its last checkpoint, which are done again.
  const earlier = readLog(path("log")).filter(({ step }) => step <= training.step && isSaved);
  const log = new LogFile(path("log"), earlier);
  const events = config.tensorboard ? new EventFile(folder) : undefined;
  const stepsDone = () => Math.min(training.step, config.steps);
  const start = performance.now() - 1000 * (earlier.at(-1)?.seconds ?? 0);
  try {
    for await (const event of training) {
      const seconds = Math.round(performance.now() - start) / 1000;
      const value = event.type === "episode"
        ? event.return
        : event.type === "evaluation"
        ? event.mean
        : undefined;
      const record = isLogged(event) ? { ...event, seconds } : undefined;
      if (record !== undefined) {
        lock.check();
        log.add(record);
        events?.add(record);
      }
      if (event.type === "evaluation" && event.isBest && training.best) {
        writeFile(path("best"), writeCheckpoint(training.best));
      }
      onProgress({ step: stepsDone(), return: value, record });
    }
    if (stepsDone() < config.steps) save(await training.saveAsync());
    else await writeReport(run, prepared);
    return stepsDone();
  } finally {
    log.close();
    events?.close();
  }
}
