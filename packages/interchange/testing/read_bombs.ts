// Reads files of PyTorch one after the other, and prints how each was refused.
import { readTorch } from "../torch/read_torch.ts";

/** How a file was refused. */
export interface Refusal {
  /** The error's class and message; undefined where the file was read. */
  readonly error?: string;
  /** The rise of the most memory that this process ever had. Only Linux tells that. */
  readonly megabytes: number | null;
}

function peak(): number | null {
  if (Deno.build.os !== "linux") return null;
  return Number(/VmHWM:\s+(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))?.[1]) / 1024;
}

function refusalOf(file: Uint8Array): Refusal {
  const before = peak();
  let error: string | undefined;
  try {
    readTorch(file);
  } catch (thrown) {
    error = String(thrown);
  }
  const after = peak();
  return { error, megabytes: before && after && after - before };
}

if (import.meta.main) {
  const refusals = Deno.args.map((path) => refusalOf(Deno.readFileSync(path)));
  console.log(JSON.stringify(refusals));
}
