import * as fs from "node:fs";
import { codeOf } from "./code_of.ts";
import type { StopSignals } from "./stop_signals.ts";
import { reasonOf } from "./write_file.ts";

/** The exit status of a program whose output is closed, as after SIGPIPE. */
const closedPipe = 141;

/** The standard output. */
export const standardOutput: number = 1;

/** The standard error output. */
export const standardError: number = 2;

/**
 * Writes text to the standard output or error. A reader that has gone is a reason to stop; whatever
 * else fails there does no harm to a run.
 *
 * @param stop Stops the run whose progress this is; undefined for the result of a command.
 * @throws {Error} if a result cannot be written to the standard output, as on a full disk.
 */
export function say(
  text: string,
  stop: StopSignals | undefined,
  output: number = standardOutput,
): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) {
    try {
      at += fs.writeSync(output, bytes, at);
    } catch (error) {
      const code = codeOf(error);
      if (code === "EAGAIN") pause(); // The reader of a pipe is slower.
      else {
        const isClosed = code === "EPIPE" || error instanceof Error && error.name === "BrokenPipe";
        if (isClosed) stop?.stop(closedPipe);
        if (isClosed || stop !== undefined || output === standardError) return;
        throw new Error(`Cannot write the output: ${reasonOf(error)}`, { cause: error });
      }
    }
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}
