import * as fs from "node:fs";
import { isRecord } from "@spikeloop/errors";
import { writeFile } from "../files/write_file.ts";
import type { TrainerEvent } from "../trainer/events.ts";

/** A line of `log.jsonl`: an event, and the seconds of training before it. */
export type LogRecord = TrainerEvent & { readonly seconds: number };

/**
 * Reads the lines of a log. A line that a killed process has left half-written, and all behind it,
 * do not count.
 */
export function readLog(path: string): LogRecord[] {
  const lines = fs.existsSync(path) ? fs.readFileSync(path, "utf8").split("\n") : [];
  const records: LogRecord[] = [];
  for (const line of lines) {
    const record = line === "" ? undefined : parse(line);
    if (record === undefined) break;
    records.push(record);
  }
  return records;
}

function parse(line: string): LogRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) && typeof value.step === "number"
      ? value as unknown as LogRecord
      : undefined;
  } catch {
    return undefined;
  }
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
