import { fileURLToPath } from "node:url";
import type { Extents } from "../plain_scan.ts";
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
 * Times SpikingJelly in a Python. Where that is missing or fails, or takes more than `most`
 * seconds, the report says why.
 */
export async function timeSpikingJelly(
  python: string,
  shapes: readonly Extents[],
  effort: Effort,
  most = 3600,
): Promise<TorchReport> {
  const lists = shapes.map((s) => [s.steps, s.batch, s.actDim, s.decPopDim]);
  try {
    const { code, signal, stdout, stderr } = await new Deno.Command(python, {
      args: ["-B", script, JSON.stringify({ shapes: lists, ...effort })],
      stdin: "null",
      signal: AbortSignal.timeout(1000 * Math.max(1, most)),
    }).output();
    const decoder = new TextDecoder();
    if (code === 0) return JSON.parse(decoder.decode(stdout));
    if (signal !== null) return without("no time was left");
    const last = decoder.decode(stderr).trim().split("\n").at(-1) ?? `code ${code}`;
    return without(`${python} failed: ${last}. Install with: pip install torch spikingjelly`);
  } catch (error) {
    return without(error instanceof Error ? error.message : String(error));
  }
}

function without(reason: string): TorchReport {
  return { rows: [], warnings: [`SpikingJelly was not timed: ${reason}`] };
}
