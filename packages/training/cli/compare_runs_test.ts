import * as fs from "node:fs";
import { join } from "node:path";
import { assertAlmostEquals, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { compareCommand } from "./compare_command.ts";
import { compareRuns, comparisonPlot, comparisonTable } from "./compare_runs.ts";
import { takeRunConfig } from "./run_config.ts";
import { seedFolder, showConfig } from "./run_folder.ts";

/** Writes logs of runs by name: the means of evaluations, seed by seed. */
function writeRuns(
  root: string,
  runs: Readonly<Record<string, readonly (readonly number[])[]>>,
  env = "pendulum",
) {
  const { config } = takeRunConfig({ env, steps: 200 });
  for (const [name, seeds] of Object.entries(runs)) {
    seeds.forEach((means, seed) => {
      const folder = seedFolder(join(root, name), seed);
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(join(folder, "config.json"), showConfig(config, seed));
      const lines = means.map((mean, i) =>
        JSON.stringify({ type: "evaluation", step: 100 * (i + 1), mean, seconds: 1 })
      );
      fs.writeFileSync(join(folder, "log.jsonl"), `${lines.join("\n")}\n{"type":"eval`);
    });
  }
}

Deno.test("runs are compared as one does by hand", () => {
  const root = Deno.makeTempDirSync();
  writeRuns(root, { a: [[0, 10], [6, 4], []], b: [[20, 12], [30, 14]] });
  const paths = ["a", "b"].map((name) => ({ path: join(root, name), name }));
  const [a, b] = compareRuns(paths, "best");
  assertEquals([a.values, a.mean, a.last, a.p], [[10, 6], 8, 7, undefined]);
  // The resamples have the means 6, 8, 8 and 10.
  assertAlmostEquals(a.interval[0], 6.15, 1e-12);
  assertAlmostEquals(a.interval[1], 9.85, 1e-12);
  // Two of the six divisions differ as much.
  assertEquals([b.values, b.mean, b.last], [[20, 30], 25, 13]);
  assertAlmostEquals(b.p ?? NaN, 2 / 6, 1e-12);
  assertEquals(a.curves, [{ x: [100, 200], y: [0, 10] }, { x: [100, 200], y: [6, 4] }]);
  assertEquals(compareRuns(paths, "last")[0].values, [10, 4]);
  assertMatch(
    comparisonTable([a, b], "best"),
    /\| b \| pendulum \| 2 \| 200 \| 25.0 \| 20.4 to 29.6 \| 13.0 \| 0.333, not significant \|/,
  );
  assertMatch(comparisonPlot([a, b]), /^<svg[^]*<polygon[^]*<polygon/);
  assertThrows(() => compareRuns([{ path: join(root, "none") }], "best"), Error, "no such folder");
  Deno.removeSync(root, { recursive: true });
});

Deno.test("a run without an evaluation is named beside the table", () => {
  const root = Deno.makeTempDirSync();
  writeRuns(root, { early: [[]], a: [[1, 2]] });
  const out = join(root, "out");
  const plain = ["early", "a"].map((name) => join(root, name));
  assertEquals(compareCommand({ plain, options: new Map([["out", out]]) }), 0);
  const page = fs.readFileSync(join(out, "compare.md"), "utf8");
  assertMatch(page, /\nWithout an evaluation yet: \S+early\.\n/);
  Deno.removeSync(root, { recursive: true });
});

Deno.test("environments whose files have one name have a picture each", () => {
  const root = Deno.makeTempDirSync();
  writeRuns(root, { a: [[1, 2]] }, "./task.ts");
  writeRuns(root, { b: [[3, 4]] }, "../other/task.ts");
  const out = join(root, "out");
  const plain = ["a", "b"].map((name) => join(root, name));
  assertEquals(compareCommand({ plain, options: new Map([["out", out]]) }), 0);
  const pictures = fs.readdirSync(out).filter((name) => name.endsWith(".svg"));
  assertEquals(pictures.sort(), ["task-2.svg", "task.svg"]);
  Deno.removeSync(root, { recursive: true });
});

Deno.test("seeds of different environments are no run", () => {
  const root = Deno.makeTempDirSync();
  writeRuns(root, { a: [[1], [2]] });
  const { config } = takeRunConfig({ env: "reacher", steps: 200 });
  fs.writeFileSync(join(seedFolder(join(root, "a"), 1), "config.json"), showConfig(config, 1));
  assertThrows(
    () => compareRuns([{ path: join(root, "a") }], "best"),
    Error,
    "its seeds are of different environments, pendulum, reacher",
  );
  Deno.removeSync(root, { recursive: true });
});
