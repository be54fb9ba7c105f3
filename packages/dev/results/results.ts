/**
 * Writes docs/results.md, with its pictures, from the folders of runs: `deno task results [--run]
 * [folder]`. A section that shows more runs than there are stays. With `--run` it first does the
 * runs that are missing, or goes on with them.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  compareRuns,
  comparisonPlot,
  comparisonTable,
  type RunFigures,
} from "@spikeloop/training/cli";
import { repositoryRoot } from "../run_deno.ts";
import { type ResultGroup, resultGroups } from "./rows.ts";

const program = "packages/spikeloop/cli.ts";

/** Does the runs that are missing, and goes on with those that are not done. */
async function runAll(folder: string): Promise<void> {
  for (const { name, options } of resultGroups.flatMap(({ rows }) => rows)) {
    const out = join(folder, name);
    const words = existsSync(out)
      ? ["resume", out]
      : ["train", ...options.split(" "), "--out", out];
    const args = ["run", "-A", "--no-lock", program, ...words];
    await new Deno.Command(Deno.execPath(), { args, cwd: repositoryRoot }).spawn().status;
  }
}

const introduction = `# Results

These are runs of the [command line](command_line.md), each with its command. The page is made from
the folders of the runs: \`deno task results\` makes it again, and \`deno task results --run\` does
the runs first. A section stays as it is where it shows more runs than there are.

- _best_ is the highest mean of an evaluation of a seed, over 10 episodes that always have the same
  starts and no exploration; the table has its mean over the seeds. As a maximum it flatters, and
  more so with more evaluations. _last_ is the mean of the last evaluations.
- _95 %_ is the bootstrapped interval of the mean of _best_ over seeds. With few seeds it is too
  narrow.
- _p_ is of a permutation test against the first row. Three seeds against three cannot go below
  0.1, and five against five not below 0.008.
- Tasks of MuJoCo need its npm package: see the [command line](command_line.md#environments).
- Where a difference is not significant, these runs do not tell which is better.
`;

const closing = `## What was not run

These are short runs on two busy cores: none has the 1e6 steps of published figures. Half-cheetah
and walker were run with one seed each, and proxy targets on the pendulum alone.
`;

/** The section of a group, and its picture. */
function sectionOf(
  { title, text, rows }: ResultGroup,
  figures: ReadonlyMap<string, RunFigures>,
  picture: string,
): string {
  const present = rows.flatMap(({ name }) => figures.get(name) ?? []);
  const missing = rows.filter(({ name }) => !figures.has(name)).map(({ title }) => title);
  const partial = rows.flatMap(({ name, title, options }) => {
    const found = figures.get(name);
    const steps = /--steps (\d+)/.exec(options)?.[1];
    const seeds = /--seeds (\S+)/.exec(options)?.[1];
    const [first, last = first] = `${seeds}`.split("-").map(Number);
    const count = last - first + 1;
    if (!found || found.steps >= Number(steps) && found.seeds.length >= count) return [];
    return [`${title} (${found.seeds.length} of ${count} seeds, ${found.steps} of ${steps} steps)`];
  });
  const commands = rows.map(({ name, title, options }) =>
    `# ${title}\ndeno task spikeloop train ${options} --out runs/results/${name}`
  );
  return [
    `## ${title}\n`,
    `${text}\n`,
    ...present.length > 0 ? [comparisonTable(present, "best")] : [],
    ...present.length > 0 ? [`![Returns during training](${picture})\n`] : [],
    ...missing.length > 0 ? [`Not run: ${missing.join("; ")}.\n`] : [],
    ...partial.length > 0 ? [`Not run to its end: ${partial.join("; ")}.\n`] : [],
    `\`\`\`sh\n${commands.join("\n")}\n\`\`\`\n`,
  ].join("\n");
}

/** The sections of a page by their titles. */
export function sectionsOf(page: string): Map<string, string> {
  const [, ...sections] = page.split(/^## /m);
  return new Map(sections.map((text) => [text.split("\n", 1)[0], `## ${text.trimEnd()}\n`]));
}

/** How many runs the table of a section shows. */
export function shownRuns(section: string): number {
  const lines = section.match(/^\| /gm)?.length ?? 0;
  return Math.max(0, lines - 2); // without its head
}

/** The figures of the runs of a group that are there, by the names of their folders. */
function figuresOf({ rows }: ResultGroup, folder: string): Map<string, RunFigures> {
  const found = rows.filter(({ name }) => existsSync(join(folder, name)));
  const paths = found.map(({ name, title }) => ({ path: join(folder, name), name: title }));
  const byTitle = new Map(compareRuns(paths, "best").map((one) => [one.name, one]));
  return new Map(found.flatMap(({ name, title }) => {
    const figures = byTitle.get(title);
    return figures === undefined ? [] : [[name, figures]];
  }));
}

if (import.meta.main) {
  const [folder = "runs/results"] = Deno.args.filter((word) => word !== "--run");
  if (Deno.args.includes("--run")) await runAll(folder);
  const path = join(repositoryRoot, "docs/results.md");
  const earlier = sectionsOf(Deno.readTextFileSync(path));
  const sections = resultGroups.map((group) => {
    const figures = figuresOf(group, folder);
    const kept = earlier.get(group.title);
    const isWhole = kept === undefined || figures.size > 0 && figures.size >= shownRuns(kept);
    if (!isWhole) return kept;
    const picture = `images/results_${group.rows[0].name.replaceAll("-", "_")}.svg`;
    if (figures.size > 0) {
      const svg = comparisonPlot([...figures.values()]);
      Deno.writeTextFileSync(join(repositoryRoot, "docs", picture), `${svg}\n`);
    }
    return sectionOf(group, figures, picture);
  });
  Deno.writeTextFileSync(path, [introduction, ...sections, closing].join("\n"));
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", path] }).output();
}
