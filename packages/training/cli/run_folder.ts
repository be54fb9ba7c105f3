import * as fs from "node:fs";
import { join } from "node:path";
import { fail, isRecord, refuse, takeCount } from "@spikeloop/errors";
import { readFile, reasonOf } from "../files/write_file.ts";
import { messageOf } from "../message_of.ts";
import type { Plain } from "../make_actor.ts";
import { type RunConfig, takeRunConfig } from "./run_config.ts";

/** The files in the folder of a seed. */
export const fileNames = {
  config: "config.json",
  log: "log.jsonl",
  best: "best.safetensors",
  state: "state.safetensors",
  report: "report.html",
} as const;

/** The folder of a seed with its configuration. */
export interface SeedRun {
  readonly folder: string;
  readonly config: RunConfig;
  readonly seed: number;
}

/** The name of a seed's folder in the folder of a run. */
export const seedFolder = (out: string, seed: number): string => join(out, `seed-${seed}`);

/** The name of an environment in paths: a module's without its folder and its ending. */
export function pathName(env: string): string {
  return env.replace(/^.*[\\/]/, "").replace(/\.[cm]?[jt]s$/, "").replace(
    /[^\p{L}\p{M}\p{N}_]+/gu,
    "-",
  );
}

/**
 * Makes a folder and those above it.
 *
 * @throws {Error} if it cannot; the message names the folder.
 */
export function makeFolder(path: string): void {
  try {
    fs.mkdirSync(path, { recursive: true });
  } catch (cause) {
    fail(`make the folder ${path}`, reasonOf(cause), Error, { cause });
  }
}

/**
 * Reads a file by a function of its bytes.
 *
 * @throws {Error} if the file or its contents cannot be read; the message begins with the path.
 */
export function readBytes<T>(path: string, read: (bytes: Uint8Array) => T): T {
  try {
    return read(readFile(path));
  } catch (cause) {
    throw new Error(`${path}: ${messageOf(cause)}`, { cause });
  }
}

/**
 * Reads a text file.
 *
 * @throws {Error} if it cannot be read; the message names the path.
 */
export function readText(path: string): string {
  try {
    return fs.readFileSync(path, "utf8");
  } catch (cause) {
    return fail(`read ${path}`, messageOf(cause), Error, { cause });
  }
}

/** The text of `config.json`. */
export function showConfig(config: RunConfig, seed: number): string {
  return `${JSON.stringify({ ...config, seed }, undefined, 2)}\n`;
}

/**
 * Reads a file of JSON with a record.
 *
 * @throws {Error} if it cannot be read.
 * @throws {SyntaxError} if it is no JSON.
 * @throws {TypeError} if it holds no record.
 */
export function readJson(path: string): Plain {
  const text = readText(path);
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, "")); // as editors of Windows begin a file
  } catch (cause) {
    fail(`read ${path}`, `it is no JSON: ${(cause as Error).message}`, SyntaxError, { cause });
  }
  return isRecord(value) ? value : refuse(`read ${path}`, "it", value, "a record");
}

/**
 * Reads the configuration in the folder of a seed.
 *
 * @throws {Error} if there is none, or it is wrong.
 */
function readSeedRun(folder: string): SeedRun {
  const value = readJson(join(folder, fileNames.config));
  const seed = takeCount(`read ${folder}`, "seed", value.seed, 0);
  return { folder, config: takeRunConfig(value).config, seed };
}

/** Whether a folder belongs to a seed. */
const isSeedFolder = (folder: string) => fs.existsSync(join(folder, fileNames.config));

/**
 * Returns the folders of seeds that paths name: the folders themselves, or those in them, by seed.
 * A folder that several paths name counts once.
 *
 * @throws {Error} if a path names none.
 */
export function findSeedRuns(...paths: readonly string[]): SeedRun[] {
  const runs = new Map<string, SeedRun>();
  for (const run of paths.flatMap(findRunsIn)) {
    const place = fs.realpathSync(run.folder);
    if (!runs.has(place)) runs.set(place, run);
  }
  return [...runs.values()];
}

/** The runs that one path names. */
function findRunsIn(path: string): SeedRun[] {
  if (isSeedFolder(path)) return [readSeedRun(path)];
  const names = fs.existsSync(path) && fs.statSync(path).isDirectory() ? fs.readdirSync(path) : [];
  const folders = names.map((name) => join(path, name)).filter(isSeedFolder);
  if (folders.length === 0) {
    const problem = fs.existsSync(path)
      ? `it has no ${fileNames.config}, and no folder in it has one`
      : "there is no such folder";
    fail(`find runs in ${path}`, problem, Error);
  }
  return folders.map(readSeedRun).sort((a, b) => a.seed - b.seed);
}
