import { join } from "node:path";
import { fail, takeOneOf } from "@spikeloop/errors";
import { say, standardError } from "../files/say.ts";
import { writeFile } from "../files/write_file.ts";
import { compareRuns, comparisonPlot, comparisonTable, type RunFigures } from "./compare_runs.ts";
import { makeFolder, pathName } from "./run_folder.ts";
import type { Words } from "./parse_words.ts";

const legend = "The interval is bootstrapped over seeds; p is of a permutation test against the " +
  "first run of the environment.";

/** Compares runs: `spikeloop compare`. */
export function compareCommand({ plain, options }: Words): number {
  if (plain.length === 0) fail("compare", "folders of runs are missing, such as runs/*");
  const measure = takeOneOf("compare", "measure", options.get("measure") ?? "best", [
    "best",
    "last",
  ]);
  const figures = compareRuns(plain.map((path) => ({ path })), measure);
  if (figures.length === 0) fail("compare", "no run has an evaluation yet", Error);
  const table = comparisonTable(figures, measure);
  const missing = plain.filter((path) => !figures.some(({ name }) => name === path));
  const note = missing.length === 0 ? "" : `\nWithout an evaluation yet: ${missing.join(", ")}.\n`;
  const out = options.get("out");
  if (typeof out === "string") {
    makeFolder(out);
    const taken = new Set<string>();
    const pictures = [...byEnvironment(figures)].map(([env, runs]) => {
      const name = `${freeName(pathName(env), taken)}.svg`;
      writeFile(join(out, name), `${comparisonPlot(runs)}\n`);
      return `![Returns during training on ${env}](${name})\n`;
    });
    writeFile(
      join(out, "compare.md"),
      [`# Comparison\n`, table, `${legend}\n${note}`, ...pictures].join("\n"),
    );
  }
  const isJson = options.has("json");
  say(isJson ? `${JSON.stringify(figures)}\n` : `${table}\n${legend}\n${note}`, undefined);
  if (isJson && note !== "") say(note.trimStart(), undefined, standardError);
  return 0;
}

/** Takes a name that is not taken: files of one name in two folders are two environments. */
function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let i = 2; taken.has(free); i++) free = `${name}-${i}`;
  taken.add(free);
  return free;
}

/** The runs by their environments. */
function byEnvironment(figures: readonly RunFigures[]): Map<string, RunFigures[]> {
  const groups = new Map<string, RunFigures[]>();
  for (const one of figures) groups.set(one.env, [...groups.get(one.env) ?? [], one]);
  return groups;
}
