/**
 * `deno task ok [stages | --without stages]`: the one gate. Each stage prints its time; the first
 * that fails prints what it found and ends the run.
 *
 * @module
 */
import { selectStages } from "./select_stages.ts";
import { type Stage, stages } from "./stages.ts";

async function passes({ name, run }: Stage): Promise<boolean> {
  const start = performance.now();
  const { ok, output } = await run();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (!ok && output !== "") console.error(output.trimEnd());
  console.log(`${name.padEnd(8)} ${ok ? "ok    " : "FAILED"} ${seconds.padStart(6)} s`);
  return ok;
}

function chosenStages(): Stage[] {
  try {
    return selectStages(stages, Deno.args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(2);
  }
}

for (const stage of chosenStages()) {
  if (!await passes(stage)) Deno.exit(1);
}

// An explicit exit: a download that never ends must not keep the process alive.
Deno.exit(0);
