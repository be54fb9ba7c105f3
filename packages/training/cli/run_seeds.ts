import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { say, standardError } from "../files/say.ts";
import type { StopSignals } from "../files/stop_signals.ts";
import type { SeedRun } from "./run_folder.ts";
import type { SeedProgress } from "./run_seed.ts";
import { messageMark, type SeedMessage, type SeedOrder } from "./seed_messages.ts";

/** How to run seeds. */
export interface SeedsOptions {
  readonly resume: boolean;
  /** The most processes at once; the number of cores if missing. */
  readonly processes: number | undefined;
  readonly stop: StopSignals;
  readonly onProgress: (run: SeedRun, progress: SeedProgress) => void;
  readonly onError: (run: SeedRun, message: string) => void;
}

/**
 * Trains every seed in a process of its own, never more of them at once than there are cores.
 *
 * @returns The exit status: 0 if all seeds are done.
 */
export async function runSeeds(runs: readonly SeedRun[], options: SeedsOptions): Promise<number> {
  const cores = availableParallelism();
  const count = Math.min(options.processes ?? cores, cores, runs.length);
  const threads = Math.max(1, Math.floor(cores / count));
  const waiting = [...runs];
  let status = 0;
  const work = async () => {
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
      if (options.stop.status !== undefined) return;
      const code = await runProcess(run, threads, options);
      if (code !== 0) status = 1;
    }
  };
  await Promise.all(Array.from({ length: count }, work));
  return options.stop.status ?? status;
}

/**
 * The arguments that start such a process. In a checkout it needs nothing of the lock file, where
 * Deno would note the packages that environments load, such as MuJoCo's.
 *
 * @param own The address of this file: the program lies beside it, in TypeScript or compiled.
 */
export function seedArguments(own: string): string[] {
  const url = new URL(`./seed_process${own.slice(-3)}`, own);
  const isFile = url.protocol === "file:";
  const program = isFile ? fileURLToPath(url) : url.href;
  if (!("Deno" in globalThis)) return [...process.execArgv, program];
  const noLock = isFile && own.endsWith(".ts") ? ["--no-lock"] : [];
  return ["run", "--quiet", "-A", ...noLock, program];
}

/** Runs one seed in a process, and returns its exit status. */
async function runProcess(
  run: SeedRun,
  threads: number,
  { resume, stop, onProgress, onError }: SeedsOptions,
): Promise<number> {
  const order: SeedOrder = { run, resume, threads };
  const args = [...seedArguments(import.meta.url), JSON.stringify(order)];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "inherit"],
  });
  // A terminal sends Ctrl-C to all processes; other signals come to this one alone.
  const pass = () => void child.kill(stop.status === 130 ? "SIGINT" : "SIGTERM");
  stop.signal.addEventListener("abort", pass);
  let hasTold = false;
  let step = 0;
  const tell = (message: string) => {
    hasTold = true;
    onError(run, message);
  };
  const ended = new Promise<number>((resolve) => {
    child.on("error", (error) => {
      tell(error.message);
      resolve(1);
    });
    child.on("close", (code, signal) => {
      const isWhole = code === 0 && step >= run.config.steps;
      if (!isWhole && !hasTold && stop.status === undefined) {
        const how = code === null ? `was ended by ${signal}` : `ended with status ${code}`;
        tell(`its process ${how} at step ${step} of ${run.config.steps}`);
      }
      resolve(isWhole ? 0 : code || 1);
    });
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const at = line.indexOf(messageMark);
    // An environment may print, too.
    const printed = at < 0 ? line : line.slice(0, at);
    if (printed !== "") say(`${printed}\n`, undefined, standardError);
    if (at < 0) continue;
    const message = JSON.parse(line.slice(at + messageMark.length)) as SeedMessage;
    if ("error" in message) {
      tell(message.error);
      continue;
    }
    step = message.step;
    onProgress(run, message);
  }
  const status = await ended;
  stop.signal.removeEventListener("abort", pass);
  return status;
}
