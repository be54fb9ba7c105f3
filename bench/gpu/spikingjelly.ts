import { fileURLToPath } from "node:url";
import type { Extents } from "../plain_scan.ts";
import { runFor } from "./run_for.ts";
import type { Effort } from "./seconds_per_run.ts";

/** SpikingJelly's seconds for one model at one shape. */
export interface TorchRow {
  readonly model: string;
  /** The backend: "eager torch", "cupy", ... */
  readonly backend: string;
  readonly shape: readonly number[];
  readonly forward: number;
  readonly both: number;
}

/** SpikingJelly's times and machine. */
export interface TorchReport {
  readonly machine?: string;
  readonly rows: readonly TorchRow[];
  readonly warnings: readonly string[];
}

const script = fileURLToPath(new URL("./time_spikingjelly.py", import.meta.url));

/**
 * Times SpikingJelly in a Python, the smallest shapes first. Where that is missing or fails, or
 * takes more than `most` seconds, the report has what was timed until then, and says why.
 */
export async function timeSpikingJelly(
  python: string,
  shapes: readonly Extents[],
  effort: Effort,
  most = 3600,
): Promise<TorchReport> {
  const lists = shapes.map((s) => [s.steps, s.batch, s.actDim, s.decPopDim]);
  try {
    const { code, signal, lines, errors } = await runFor(
      most,
      python,
      ["-B", script, JSON.stringify({ shapes: lists, ...effort })],
    );
    // The last of the lines is the whole.
    const last = lines.at(-1);
    const report: TorchReport = last === undefined ? { rows: [], warnings: [] } : JSON.parse(last);
    if (code === 0) return report;
    const error = errors.at(-1) ?? `code ${code}`;
    const reason = signal === "SIGKILL"
      ? `no time was left after ${Math.round(most)} s`
      : `${python} failed: ${error}. Install with: pip install torch spikingjelly`;
    return without(reason, report);
  } catch (error) {
    return without(error instanceof Error ? error.message : String(error));
  }
}

function without(reason: string, report: TorchReport = { rows: [], warnings: [] }): TorchReport {
  const what = report.rows.length === 0 ? "SpikingJelly was not timed" : "SpikingJelly, in part";
  return { ...report, warnings: [...report.warnings, `${what}: ${reason}`] };
}
