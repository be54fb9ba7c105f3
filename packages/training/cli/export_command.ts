import { join } from "node:path";
import { fail, takeNumber, takeOneOf } from "@spikeloop/errors";
import { writeNir } from "@spikeloop/interchange";
import { writeCheckpoint } from "../checkpoint.ts";
import { say } from "../files/say.ts";
import { writeFile } from "../files/write_file.ts";
import { nirOfActor } from "./nir_of_actor.ts";
import { valueOf, type Words } from "./parse_words.ts";
import { prepareRun } from "./prepare_run.ts";
import { findSeedRuns } from "./run_folder.ts";
import { readBest } from "./write_report.ts";

/** Exports the best actor of a seed: `spikeloop export`. */
export async function exportCommand(words: Words): Promise<number> {
  const { plain, options } = words;
  if (plain.length !== 1) fail("export", "expected the folder of one seed, such as runs/x/seed-0");
  const format = takeOneOf("export", "format", options.get("format") ?? "safetensors", [
    "safetensors",
    "nir",
  ]);
  if (format !== "nir" && options.has("dt")) {
    fail("export", "--dt is of --format nir, and has no effect on safetensors");
  }
  const dt = takeNumber("export", "dt", valueOf(words, "dt") ?? 0.001, { above: 0 });
  const [run, ...others] = findSeedRuns(plain[0]);
  if (others.length > 0) {
    const folders = [run, ...others].map(({ folder }) => folder).join(", ");
    fail("export", `${plain[0]} has several seeds, expected one of ${folders}`);
  }
  const best = readBest(run, await prepareRun(run.config, run.seed));
  const path = String(options.get("to") ?? join(run.folder, `actor.${format}`));
  const { actor, params } = best;
  writeFile(
    path,
    format === "nir" ? writeNir(nirOfActor(actor, params, dt)) : writeCheckpoint(best),
  );
  const note = format === "nir"
    ? "; it has the spiking layers, from the encoder's spikes to those of the output population"
    : "";
  say(`${path}${note}\n`, undefined);
  return 0;
}
