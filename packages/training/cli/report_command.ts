import { fail } from "@spikeloop/errors";
import { say } from "../files/say.ts";
import type { Words } from "./parse_words.ts";
import { prepareRun } from "./prepare_run.ts";
import { findSeedRuns } from "./run_folder.ts";
import { writeReport } from "./write_report.ts";

/** Writes reports again: `spikeloop report`. */
export async function reportCommand({ plain }: Words): Promise<number> {
  if (plain.length === 0) fail("report", "the folder of a run is missing");
  for (const run of findSeedRuns(...plain)) {
    const path = await writeReport(run, await prepareRun(run.config, run.seed));
    say(`${path}\n`, undefined);
  }
  return 0;
}
