import { PooledWorker } from "../threads/pooled_worker.ts";
import { canStartWorkers } from "../threads/runtime.ts";

/** Why tests of workers cannot run here. */
export const noWorkers: string | undefined = canStartWorkers()
  ? undefined
  : "threads can't share memory here";

/** Waits until something holds; it fails after 20 s. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`Not so after 20 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Starts workers, gives them to `f` once they are ready, and ends them. */
export async function withWorkers(
  count: number,
  f: (workers: readonly PooledWorker[]) => void | Promise<void>,
): Promise<void> {
  const workers = Array.from({ length: count }, () => new PooledWorker());
  try {
    await until("The workers are ready", () => workers.every((h) => h.isReady));
    await f(workers);
  } finally {
    for (const worker of workers) worker.stop();
  }
}
