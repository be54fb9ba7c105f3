import { Helper } from "../threads/helper.ts";
import { canStartWorkers } from "../threads/start_worker.ts";

/** Why tests of helpers cannot run here. */
export const noHelpers: string | undefined = canStartWorkers()
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

/** Starts helpers, gives them to `f` once they are ready, and ends them. */
export async function withHelpers(
  count: number,
  f: (helpers: readonly Helper[]) => void | Promise<void>,
): Promise<void> {
  const helpers = Array.from({ length: count }, () => new Helper());
  try {
    await until("The helpers are ready", () => helpers.every((h) => h.isReady));
    await f(helpers);
  } finally {
    for (const helper of helpers) helper.stop();
  }
}
