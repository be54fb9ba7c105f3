import * as fs from "node:fs";
import { fail, isRecord } from "@spikeloop/errors";
import { writeFile } from "../files/write_file.ts";
import type { TrainerEvent } from "../trainer/events.ts";
import { readText } from "./run_folder.ts";

/** A line of `log.jsonl`: an event, and the seconds of training before it. */
export type LogRecord = TrainerEvent & { readonly seconds: number };

/**
 * Reads the lines of a log; none if there is no such file. A line at the end that a killed process
 * has left half-written does not count.
 *
 * @throws {Error} if it cannot be read, or is damaged before its end.
 */
export function readLog(path: string): LogRecord[] {
  if (!fs.existsSync(path)) return [];
  const lines = readText(path).split("\n").filter((line) => line !== "");
  const records = lines.map(parse);
  const end = records.indexOf(undefined);
  if (end >= 0 && records.slice(end).some((record) => record !== undefined)) {
    fail(`read ${path}`, `line ${end + 1} is no record of a log, but later ones are`, Error);
  }
  return records.filter((record) => record !== undefined);
}

function parse(line: string): LogRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) && isWhole(value) ? value as unknown as LogRecord : undefined;
  } catch {
    return undefined;
  }
}

/** The numbers of events of each type that later commands read. */
const numberNames: Readonly<Record<LogRecord["type"], readonly string[]>> = {
  episode: ["return", "length"],
  update: [],
  evaluation: ["mean"],
  checkpoint: [],
};

/** Whether a record has what its type has. JSON has null for a number that is not finite. */
function isWhole({ type, step, seconds, losses, ...rest }: Record<string, unknown>): boolean {
  if (typeof type !== "string" || !Object.hasOwn(numberNames, type)) return false;
  if (!Number.isSafeInteger(step) || Number(step) < 0 || !Number.isFinite(seconds)) return false;
  if (type === "update" && !(isRecord(losses) && Object.values(losses).every(Number.isFinite))) {
    return false;
  }
  return numberNames[type as LogRecord["type"]].every((name) => Number.isFinite(rest[name]));
}

const lineOf = (record: LogRecord) => `${JSON.stringify(record)}\n`;

/** A log that grows line by line. */
export class LogFile {
  readonly #file: number;

  /** Replaces the lines of the log by these, all at once, and opens it. */
  constructor(path: string, records: readonly LogRecord[]) {
    writeFile(path, records.map(lineOf).join(""));
    this.#file = fs.openSync(path, "a");
  }

  /** Adds a line. */
  add(record: LogRecord): void {
    fs.writeSync(this.#file, lineOf(record));
  }

  /** Waits until the lines are safe on the disk. */
  sync(): void {
    fs.fsyncSync(this.#file);
  }

  /** Closes the file. */
  close(): void {
    fs.closeSync(this.#file);
  }
}
