import { Helper } from "../cpu/threads/helper.ts";
import { canStartWorkers } from "../cpu/threads/start_worker.ts";

/** Why tests of helpers cannot run here. */
export const noHelpers: string | undefined = canStartWorkers()
  ? undefined
  : "threads can't share memory here";

/** Starts helpers, gives them to `f` once they are ready, and ends them. */
export async function withHelpers(
  count: number,
  f: (helpers: readonly Helper[]) => void | Promise<void>,
): Promise<void> {
  const helpers = Array.from({ length: count }, () => new Helper());
  try {
    const end = performance.now() + 20_000;
    while (!helpers.every((h) => h.isReady)) {
      if (performance.now() > end) throw new Error("The helpers are not ready after 20 s");
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await f(helpers);
  } finally {
    for (const helper of helpers) helper.stop();
  }
}
