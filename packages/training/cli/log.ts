import * as fs from "node:fs";
import { isRecord } from "@spikeloop/errors";
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

/** A log that grows line by line. */
export class LogFile {
  readonly #file: number;

  /** Opens the log, and replaces its lines by these. */
  constructor(path: string, records: readonly LogRecord[]) {
    this.#file = fs.openSync(path, "w");
    for (const record of records) this.add(record);
  }

  /** Adds a line. */
  add(record: LogRecord): void {
    fs.writeSync(this.#file, `${JSON.stringify(record)}\n`);
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
