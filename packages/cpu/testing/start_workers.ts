import { common } from "../threads/common.ts";
import { PooledWorker } from "../threads/pooled_worker.ts";
import { canStartWorkers } from "../threads/runtime.ts";
import { startThreads } from "../threads/threads.ts";

/** Why tests of workers cannot run here. */
export const noWorkers: string | undefined = canStartWorkers()
  ? undefined
  : "threads can't share memory here";

/** Waits until something holds; it fails after two minutes: the machine may be slow and busy. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = performance.now() + 120_000;
  while (!await holds()) {
    if (performance.now() > end) throw new Error(`Not so after two minutes: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Waits until so many threads are ready, also if they take longer than `startThreads` waits. */
export async function untilReady(threads: number): Promise<void> {
  await until(`${threads} threads are ready`, async () => await startThreads() === threads);
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
    await until("The workers are through", () => common().isFree);
  }
}
