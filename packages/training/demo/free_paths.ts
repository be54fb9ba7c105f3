/** The files of one run. */
export interface RunPaths {
  /** The trained actor. */
  readonly checkpoint: string;
  /** The report. */
  readonly report: string;
}

/**
 * The names for a new run in a folder, beside those of earlier runs: actor.safetensors and
 * report.html, else actor-2.safetensors and report-2.html, and so on.
 */
export async function freePaths(folder: string): Promise<RunPaths> {
  for (let run = 1;; run++) {
    const end = run === 1 ? "" : `-${run}`;
    const [checkpoint, report] = [`actor${end}.safetensors`, `report${end}.html`]
      .map((name) => `${folder}/${name}`);
    if (!await exists(checkpoint) && !await exists(report)) return { checkpoint, report };
  }
}

/** Whether there is something with this name, a broken link included. */
async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
