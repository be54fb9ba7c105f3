/**
 * `deno task ok [stages | --without stages]`: the one gate. Each stage prints its time; the first
 * that fails prints what it found and ends the run.
 *
 * @module
 */
import { selectStages } from "./select_stages.ts";
import { stages } from "./stages.ts";

for (const { name, run } of selectStages(stages, Deno.args)) {
  const start = performance.now();
  const { ok, output } = await run();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (!ok) console.error(output.trimEnd());
  console.log(`${name.padEnd(8)} ${ok ? "ok" : "FAILED"} ${seconds.padStart(6)} s`);
  if (!ok) Deno.exit(1);
}
